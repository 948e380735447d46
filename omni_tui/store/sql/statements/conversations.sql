-- name: insert_conversation
INSERT INTO conversations (id, ref, customer_id, channel_id, subject, status, bulk, unread, settled, last_at,
  last_direction, related_id, created_at, updated_at)
VALUES (:id, :ref, :customer_id, :channel_id, :subject, :status, :bulk, 0, :settled, :last_at,
  :last_direction, :related_id, :now, :now);

-- name: conversation
SELECT * FROM conversations WHERE id = :id;

-- name: conversation_id_by_ref
SELECT id FROM conversations WHERE ref = :ref;

-- name: set_conversation
-- A customer waits since their first message behind our last answer that did not fail.
UPDATE conversations SET status = :status, bulk = :bulk, unread = :unread, settled = :settled, snippet = :snippet,
  channel_id = :channel_id, last_at = :last_at, last_direction = :last_direction,
  snoozed_until = :snoozed_until, assignee_id = :assignee_id, resolved_at = :resolved_at, updated_at = :now,
  waiting_since = CASE WHEN :waits = 1 THEN (
    SELECT min(m.received_at) FROM messages m
     WHERE m.conversation_id = :id AND m.direction = 'inbound' AND m.automatic = 0 AND m.deleted_at IS NULL
       AND m.received_at > COALESCE((SELECT max(o.received_at) FROM messages o
         WHERE o.conversation_id = :id AND o.direction = 'outbound' AND o.automatic = 0 AND o.deleted_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM outbox x WHERE x.message_id = o.id AND x.state = 'failed')), 0)) END
 WHERE id = :id;

-- name: set_seen
UPDATE conversations SET unread = 0, seen_at = :now WHERE id = :id;

-- name: seen_exactly
SELECT 1 FROM conversations WHERE id = :id AND unread = 0 AND seen_at >= last_at;

-- name: due_snoozes
SELECT id FROM conversations WHERE status = 'snoozed' AND snoozed_until <= :now ORDER BY snoozed_until LIMIT 200;

-- name: next_snooze
SELECT min(snoozed_until) FROM conversations WHERE status = 'snoozed';

-- name: newest_message
SELECT id, direction, body, received_at, automatic, answered, channel_id FROM messages
 WHERE conversation_id = :id AND direction IN ('inbound', 'outbound') AND deleted_at IS NULL
 ORDER BY received_at DESC, id DESC LIMIT 1;

-- name: add_participant
INSERT INTO participants (conversation_id, address) VALUES (:conversation_id, :address)
ON CONFLICT (conversation_id, address) DO NOTHING;

-- name: is_participant
SELECT 1 FROM participants WHERE conversation_id = :conversation_id AND address = :address;

-- name: is_correspondent
-- Who wrote in a conversation, or whom we answered there; a copy does not count.
SELECT 1 FROM participants p WHERE p.conversation_id = :conversation_id AND p.address = :address
   AND EXISTS (SELECT 1 FROM messages m JOIN identities i ON i.id = m.identity_id
     WHERE m.conversation_id = p.conversation_id AND i.value_norm = p.address);

-- name: related_refs
SELECT r.ref FROM conversations v JOIN conversations r ON r.id = v.related_id WHERE v.id = :id
UNION SELECT r.ref FROM conversations r WHERE r.related_id = :id ORDER BY 1;

-- name: tag_on_conversation
SELECT t.id, (SELECT count(*) FROM conversation_tags c WHERE c.conversation_id = :conversation_id AND c.tag_id = t.id) AS there
  FROM tags t WHERE t.name = :name;

-- name: insert_tag
INSERT INTO tags (id, name) VALUES (:id, :name) ON CONFLICT (name) DO NOTHING;

-- name: tag_conversation
INSERT INTO conversation_tags (conversation_id, tag_id, created_at) VALUES (:conversation_id, :tag_id, :now)
ON CONFLICT (conversation_id, tag_id) DO NOTHING;

-- name: untag_conversation
DELETE FROM conversation_tags WHERE conversation_id = :conversation_id AND tag_id = :tag_id;

-- name: tag_names
SELECT t.name FROM tags t WHERE EXISTS (SELECT 1 FROM conversation_tags ct WHERE ct.tag_id = t.id) ORDER BY t.name;

-- name: save_draft
INSERT INTO drafts (conversation_id, agent_id, mode, body, updated_at)
VALUES (:conversation_id, :agent_id, :mode, :body, :now)
ON CONFLICT (conversation_id, agent_id, mode) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at;

-- name: delete_draft
DELETE FROM drafts WHERE conversation_id = :conversation_id AND agent_id = :agent_id AND mode = :mode;

-- name: draft
SELECT conversation_id, mode, body, updated_at FROM drafts
 WHERE conversation_id = :conversation_id AND agent_id = :agent_id AND mode = :mode;

-- name: drafts_of
SELECT conversation_id, mode, body, updated_at FROM drafts WHERE agent_id = :agent_id ORDER BY updated_at DESC;
