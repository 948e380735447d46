-- name: channel_by_name
SELECT id, name, kind, address FROM channels WHERE name = :name;

-- name: channel
SELECT id, name, kind, address, aliases, capabilities, removed_at FROM channels WHERE id = :id;

-- name: every_channel
-- Those that were removed, too.
SELECT id, name, kind, address, aliases, capabilities, removed_at FROM channels ORDER BY name, id;

-- name: insert_channel
INSERT INTO channels (id, name, kind, address, aliases, capabilities, created_at)
VALUES (:id, :name, :kind, :address, :aliases, :capabilities, :now);

-- name: update_channel
UPDATE channels SET kind = :kind, address = :address, aliases = :aliases, capabilities = :capabilities, removed_at = NULL
 WHERE id = :id AND (kind <> :kind OR address <> :address OR aliases <> :aliases OR capabilities <> :capabilities OR removed_at IS NOT NULL);

-- name: remove_channel
UPDATE channels SET removed_at = :now WHERE id = :id;

-- name: channels
SELECT h.id, h.name, h.kind, h.address, h.aliases, h.health, h.error, h.next_try_at, h.checked_at,
       COALESCE(sum(s.done), 0) AS done, COALESCE(sum(s.total), 0) AS total
  FROM channels h LEFT JOIN streams s ON s.channel_id = h.id
 WHERE h.removed_at IS NULL
 GROUP BY h.id, h.name, h.kind, h.address, h.aliases, h.health, h.error, h.next_try_at, h.checked_at ORDER BY h.name;

-- name: set_health
UPDATE channels SET health = :health, error = :error, next_try_at = :next_try_at, checked_at = :now WHERE id = :id
   AND (health <> :health OR error <> :error OR COALESCE(next_try_at, 0) <> COALESCE(:next_try_at, 0)) RETURNING id;

-- name: cursor
SELECT cursor FROM streams WHERE channel_id = :channel_id AND stream = :stream;

-- name: set_cursor
INSERT INTO streams (channel_id, stream, cursor, done, total, updated_at)
VALUES (:channel_id, :stream, :cursor, COALESCE(:done, 0), COALESCE(:total, 0), :now)
ON CONFLICT (channel_id, stream) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at,
  done = COALESCE(:done, streams.done), total = COALESCE(:total, streams.total);

-- name: ledger
INSERT INTO fetch_ledger (channel_id, stream, locator, message_id, source_sha, error, fetched_at)
VALUES (:channel_id, :stream, :locator, :message_id, :source_sha, :error, :now)
ON CONFLICT (channel_id, stream, locator) DO UPDATE
   SET message_id = excluded.message_id, source_sha = excluded.source_sha, error = excluded.error;

-- name: insert_in_ledger
-- The same for a place that is not there.
INSERT INTO fetch_ledger (channel_id, stream, locator, message_id, source_sha, error, fetched_at)
VALUES (:channel_id, :stream, :locator, :message_id, :source_sha, :error, :now);

-- name: message_in_ledger
SELECT m.conversation_id, m.received_at FROM fetch_ledger f JOIN messages m ON m.id = f.message_id
 WHERE f.channel_id = :channel_id AND f.stream = :stream AND f.locator = :locator;

-- name: ledger_of_stream
SELECT locator, message_id, error FROM fetch_ledger WHERE channel_id = :channel_id AND stream = :stream
   AND locator > :after ORDER BY locator LIMIT :limit;

-- name: to_put_away
-- What an agent resolved, and nobody opened since, and still lies in the stream.
SELECT f.locator FROM conversations v JOIN messages m ON m.conversation_id = v.id
  JOIN fetch_ledger f ON f.message_id = m.id
 WHERE v.status = 'resolved' AND v.resolved_at >= :since AND f.channel_id = :channel_id AND f.stream = :stream
   AND EXISTS (SELECT 1 FROM journal j WHERE j.conversation_id = v.id AND j.field = 'status' AND j.after_value = 'resolved')
 ORDER BY f.locator LIMIT :limit;

-- name: put_away
DELETE FROM fetch_ledger WHERE channel_id = :channel_id AND stream = :stream AND locator = :locator;

-- name: vanished
DELETE FROM fetch_ledger WHERE channel_id = :channel_id AND stream = :stream AND locator BETWEEN :low AND :high
   AND length(locator) = :length AND message_id IS NOT NULL;
