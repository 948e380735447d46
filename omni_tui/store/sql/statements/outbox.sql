-- name: insert_outbox
INSERT INTO outbox (id, message_id, conversation_id, channel_id, not_before, created_at, updated_at)
VALUES (:id, :message_id, :conversation_id, :channel_id, :not_before, :now, :now);

-- name: outbox
SELECT * FROM outbox WHERE id = :id;

-- name: outbox_of_message
SELECT id, message_id, state, attempts FROM outbox WHERE message_id = :message_id;

-- name: due_outbox
-- The next of each channel: what waits for one that sends nothing must not hide what waits for another.
SELECT o.id, o.channel_id, o.conversation_id, h.name AS channel FROM channels h JOIN outbox o ON o.id =
  (SELECT p.id FROM outbox p WHERE p.channel_id = h.id AND p.state = 'queued' AND p.not_before <= :now
    ORDER BY p.not_before, p.id LIMIT 1)
 ORDER BY o.not_before, o.id;

-- name: claim_outbox
UPDATE outbox SET state = 'sending', attempts = attempts + 1, epoch = :epoch, claimed_until = :until, error = '',
  updated_at = :now WHERE id = :id AND state = 'queued' RETURNING id;

-- name: settle_outbox
UPDATE outbox SET state = :state, error = :error, not_before = COALESCE(:not_before, not_before), updated_at = :now
 WHERE id = :id AND state = 'sending' AND epoch = :epoch RETURNING id, conversation_id, message_id, attempts, state;

-- name: move_outbox
UPDATE outbox SET state = :state, error = :error, not_before = COALESCE(:not_before, not_before), updated_at = :now
 WHERE id = :id AND state = :was RETURNING conversation_id;

-- name: fail_queued
UPDATE outbox SET state = 'failed', error = :error, updated_at = :now WHERE channel_id = :channel_id AND state = 'queued'
RETURNING id, conversation_id;

-- name: expired_outbox
SELECT id, conversation_id FROM outbox WHERE state = 'sending' AND (claimed_until <= :now OR epoch < :epoch);

-- name: next_due_outbox
SELECT h.name AS channel, min(o.not_before) AS at FROM outbox o JOIN channels h ON h.id = o.channel_id
 WHERE o.state = 'queued' GROUP BY h.name;

-- name: unsettled_outbox
SELECT o.id, o.state, o.not_before, o.attempts, o.error, v.ref, o.conversation_id,
       CASE WHEN o.state = 'queued' AND EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = o.conversation_id
         AND m.direction = 'inbound' AND m.deleted_at IS NULL AND m.received_at > o.created_at)
       THEN 1 ELSE 0 END AS crossed
  FROM outbox o JOIN conversations v ON v.id = o.conversation_id WHERE o.state IN ('queued', 'sending', 'failed', 'uncertain')
 ORDER BY o.not_before, o.id LIMIT :limit;
