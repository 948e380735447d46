-- name: insert_conversation
INSERT INTO conversations (id, ref, customer_id, channel_id, subject, status, bulk, unread, settled, last_at,
  last_direction, related_id, created_at, updated_at)
VALUES (:id, :ref, :customer_id, :channel_id, :subject, :status, :bulk, 0, :settled, :last_at,
  :last_direction, :related_id, :now, :now);

-- name: insert_followed_conversation
-- One in which nobody waits, as its messages have made it.
INSERT INTO conversations (id, ref, customer_id, channel_id, subject, snippet, status, bulk, unread, settled, assignee_id,
  last_at, last_direction, snoozed_until, resolved_at, priority, related_id, created_at, updated_at)
VALUES (:id, :ref, :customer_id, :channel_id, :subject, :snippet, :status, :bulk, :unread, :settled, :assignee_id,
  :last_at, :last_direction, :snoozed_until, :resolved_at, :priority, :related_id, :now, :now);

-- name: conversation
SELECT * FROM conversations WHERE id = :id;

-- name: conversation_id_by_ref
-- The number of one that was merged means the one it was merged into.
WITH RECURSIVE up (id, merged_into) AS (
  SELECT v.id, v.merged_into FROM conversations v WHERE v.ref = :ref
  UNION ALL SELECT v.id, v.merged_into FROM up JOIN conversations v ON v.id = up.merged_into)
SELECT id FROM up WHERE merged_into IS NULL;

-- name: conversation_root
-- Where the messages of a conversation are: itself, or what it was merged into.
WITH RECURSIVE up (id, merged_into) AS (
  SELECT v.id, v.merged_into FROM conversations v WHERE v.id = :id
  UNION ALL SELECT v.id, v.merged_into FROM up JOIN conversations v ON v.id = up.merged_into)
SELECT id FROM up WHERE merged_into IS NULL;

-- name: merged_conversations
-- What was merged into a conversation, over any number of steps.
WITH RECURSIVE down (id) AS (
  SELECT v.id FROM conversations v WHERE v.merged_into = :id
  UNION ALL SELECT v.id FROM down JOIN conversations v ON v.merged_into = down.id)
SELECT id FROM down;

-- name: set_merged_into
UPDATE conversations SET merged_into = :into, updated_at = :now WHERE id = :id;

-- name: set_conversation
-- A customer waits since their first message behind our last answer that did not fail.
UPDATE conversations SET status = :status, bulk = :bulk, unread = :unread, settled = :settled, snippet = :snippet,
  channel_id = :channel_id, last_at = :last_at, last_direction = :last_direction,
  snoozed_until = :snoozed_until, assignee_id = :assignee_id, priority = :priority, resolved_at = :resolved_at,
  updated_at = :now,
  waiting_since = CASE WHEN :waits = 1 THEN (
    SELECT min(m.received_at) FROM messages m
     WHERE m.conversation_id = :id AND m.direction = 'inbound' AND m.automatic = 0 AND m.deleted_at IS NULL AND m.aside = ''
       AND m.received_at > COALESCE((SELECT max(o.received_at) FROM messages o
         WHERE o.conversation_id = :id AND o.direction = 'outbound' AND o.automatic = 0 AND o.deleted_at IS NULL AND o.aside = ''
           AND NOT EXISTS (SELECT 1 FROM outbox x WHERE x.message_id = o.id AND x.state = 'failed')), 0)) END
 WHERE id = :id;

-- name: set_seen
UPDATE conversations SET unread = 0, seen_at = :now WHERE id = :id;

-- name: seen_exactly
SELECT 1 FROM conversations WHERE id = :id AND unread = 0 AND seen_at >= last_at;

-- name: seen_conversations
SELECT id, seen_at FROM conversations WHERE seen_at > :since;

-- name: due_snoozes
SELECT id FROM conversations WHERE status = 'snoozed' AND snoozed_until <= :now ORDER BY snoozed_until LIMIT 200;

-- name: next_snooze
SELECT min(snoozed_until) FROM conversations WHERE status = 'snoozed';

-- name: newest_message
SELECT id, direction, body, received_at, automatic, answered, channel_id FROM messages
 WHERE conversation_id = :id AND direction IN ('inbound', 'outbound') AND deleted_at IS NULL
 ORDER BY received_at DESC, id DESC LIMIT 1;

-- name: newest_message_at
SELECT received_at FROM messages
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

-- name: related_numbers
-- Of what a conversation, or a part of it, named when it began, what named it, and what agents tied to it: the numbers
-- of what stands by itself.
WITH RECURSIVE part (id, related_id) AS (
  SELECT v.id, v.related_id FROM conversations v WHERE v.id = :id
  UNION ALL SELECT v.id, v.related_id FROM part JOIN conversations v ON v.merged_into = part.id),
near (id, ref, merged_into) AS (
  SELECT v.id, v.ref, v.merged_into FROM (
    SELECT part.related_id AS id FROM part WHERE part.related_id IS NOT NULL
    UNION SELECT r.id FROM part JOIN conversations r ON r.related_id = part.id
    UNION SELECT k.b_id FROM part JOIN conversation_links k ON k.a_id = part.id
    UNION SELECT k.a_id FROM part JOIN conversation_links k ON k.b_id = part.id) n JOIN conversations v ON v.id = n.id
  UNION ALL SELECT v.id, v.ref, v.merged_into FROM near JOIN conversations v ON v.id = near.merged_into)
SELECT DISTINCT near.ref FROM near WHERE near.merged_into IS NULL AND near.id <> :id ORDER BY near.ref;

-- name: is_linked
SELECT 1 FROM conversation_links WHERE a_id = :a_id AND b_id = :b_id;

-- name: insert_link
INSERT INTO conversation_links (a_id, b_id, created_at) VALUES (:a_id, :b_id, :now)
ON CONFLICT (a_id, b_id) DO NOTHING;

-- name: delete_link
DELETE FROM conversation_links WHERE a_id = :a_id AND b_id = :b_id;

-- name: tags_of
SELECT t.name FROM conversation_tags ct JOIN tags t ON t.id = ct.tag_id WHERE ct.conversation_id = :id
 ORDER BY ct.created_at, t.name;

-- name: take_after
-- What a conversation that was split off has of the other.
UPDATE conversations SET assignee_id = :assignee_id, priority = :priority WHERE id = :id;

-- name: participants
SELECT address FROM participants WHERE conversation_id = :id;

-- name: named_and_shared
-- The conversations that share a message's name with this one, by whichever of their messages, and somebody who takes part.
-- CROSS JOIN: it begins with its own messages, whatever SQLite thinks of how many there are.
SELECT DISTINCT k.conversation_id AS id FROM (
    SELECT o.conversation_id FROM (
        SELECT DISTINCT n.reply_key FROM messages m CROSS JOIN message_keys n
         WHERE m.conversation_id = :id AND n.message_id = m.id AND n.channel_id = :channel_id) s CROSS JOIN message_keys o
     WHERE o.channel_id = :channel_id AND o.reply_key = s.reply_key AND o.conversation_id <> :id) k
 WHERE EXISTS (SELECT 1 FROM participants p CROSS JOIN participants q
   WHERE p.conversation_id = :id AND q.conversation_id = k.conversation_id AND q.address = p.address)
 ORDER BY id;

-- name: has_written
-- Whether somebody wrote in a conversation, or began it by being written to; what one of us says to pass on does not count.
SELECT 1 FROM messages m JOIN identities i ON i.id = m.identity_id
 WHERE m.conversation_id = :conversation_id AND i.value_norm = :address AND m.aside = ''
   AND m.parties NOT LIKE '%"forwarded"%' LIMIT 1;

-- name: is_untouched
-- Whether only a first sync has had to do with a conversation.
SELECT 1 FROM conversations v WHERE v.id = :id AND v.settled = 0 AND v.merged_into IS NULL
   AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.conversation_id = v.id)
   AND NOT EXISTS (SELECT 1 FROM conversation_tags t WHERE t.conversation_id = v.id)
   AND NOT EXISTS (SELECT 1 FROM conversation_links a WHERE a.a_id = v.id)
   AND NOT EXISTS (SELECT 1 FROM conversation_links b WHERE b.b_id = v.id)
   AND NOT EXISTS (SELECT 1 FROM drafts d WHERE d.conversation_id = v.id)
   AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = v.id AND m.direction NOT IN ('inbound', 'outbound'));

-- name: delete_participant
DELETE FROM participants WHERE conversation_id = :conversation_id AND address = :address;

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
-- Of one that is there its fields stay.
INSERT INTO drafts (conversation_id, agent_id, mode, body, updated_at)
VALUES (:conversation_id, :agent_id, :mode, :body, :now)
ON CONFLICT (conversation_id, agent_id, mode) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at;

-- name: delete_draft
DELETE FROM drafts WHERE conversation_id = :conversation_id AND agent_id = :agent_id AND mode = :mode;

-- name: draft
SELECT conversation_id, mode, body, fields, updated_at FROM drafts
 WHERE conversation_id = :conversation_id AND agent_id = :agent_id AND mode = :mode;

-- name: set_draft_fields
UPDATE drafts SET fields = :fields WHERE conversation_id = :conversation_id AND agent_id = :agent_id AND mode = :mode;

-- name: drafts_of
-- One that was merged with its conversation is part of the other's draft.
SELECT d.conversation_id, d.mode, d.body, d.fields, d.updated_at FROM drafts d JOIN conversations v ON v.id = d.conversation_id
 WHERE d.agent_id = :agent_id AND v.merged_into IS NULL ORDER BY d.updated_at DESC;

-- name: drafts_in
SELECT agent_id, mode, body, fields, updated_at FROM drafts WHERE conversation_id = :id;
