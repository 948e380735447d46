-- name: message_by_external_id
SELECT id, conversation_id FROM messages WHERE channel_id = :channel_id AND external_id = :external_id;

-- name: insert_message
INSERT INTO messages (id, conversation_id, direction, channel_id, external_id, identity_id, agent_id, from_address, from_name,
  parties, reply_keys, subject, body, notice, automatic, answered, facts, source_sha, received_at, sent_at, created_at)
VALUES (:id, :conversation_id, :direction, :channel_id, :external_id, :identity_id, :agent_id, :from_address, :from_name,
  :parties, :reply_keys, :subject, :body, :notice, :automatic, :answered, :facts, :source_sha, :received_at, :sent_at, :now);

-- name: set_facts
UPDATE messages SET facts = :facts WHERE id = :id;

-- name: set_aside
UPDATE messages SET aside = :aside WHERE id = :id;

-- name: set_notice
UPDATE messages SET notice = :notice WHERE id = :id AND notice = :was;

-- name: aside_of
SELECT aside FROM messages WHERE id = :id;

-- name: newest_forward
-- The last time a message was passed on, unless that was called back.
SELECT m.id, m.agent_id, a.login, a.name FROM messages m LEFT JOIN agents a ON a.id = m.agent_id
 WHERE m.conversation_id = :id AND m.direction = 'outbound' AND m.aside = :aside AND m.deleted_at IS NULL
 ORDER BY m.received_at DESC, m.id DESC LIMIT 1;

-- name: insert_message_key
INSERT INTO message_keys (channel_id, reply_key, message_id, conversation_id, own)
VALUES (:channel_id, :reply_key, :message_id, :conversation_id, :own)
ON CONFLICT (message_id, channel_id, reply_key) DO NOTHING;

-- name: keyed_conversations
-- The conversation of the message that has the name, and those of the last messages that mention it: in a chat all do.
SELECT k.conversation_id, k.own, v.last_at, k.messages FROM (
    SELECT conversation_id, own, count(*) AS messages FROM (
      SELECT conversation_id, own FROM message_keys
       WHERE channel_id = :channel_id AND reply_key = :reply_key AND own = 1 ORDER BY message_id DESC LIMIT 32) o
     GROUP BY conversation_id, own
    UNION ALL
    SELECT conversation_id, own, count(*) AS messages FROM (
      SELECT conversation_id, own FROM message_keys
       WHERE channel_id = :channel_id AND reply_key = :reply_key AND own = 0 ORDER BY message_id DESC LIMIT 32) l
     GROUP BY conversation_id, own) k
  JOIN conversations v ON v.id = k.conversation_id ORDER BY k.own DESC, v.last_at DESC LIMIT 8;

-- name: message_by_key
SELECT m.id, m.conversation_id, m.direction FROM message_keys k JOIN messages m ON m.id = k.message_id
 WHERE k.channel_id = :channel_id AND k.reply_key = :reply_key AND k.own = 1 ORDER BY m.id LIMIT 1;

-- name: sent_by_key
-- What we sent under a name. Others can write under it, too: of a flood of such mail only the first are gone through.
SELECT m.id FROM (SELECT message_id FROM message_keys
                   WHERE channel_id = :channel_id AND reply_key = :reply_key AND own = 1 ORDER BY message_id LIMIT 100) k
  JOIN messages m ON m.id = k.message_id WHERE m.direction = 'outbound' ORDER BY m.received_at, m.id LIMIT 1;

-- name: own_key
SELECT reply_key FROM message_keys WHERE message_id = :message_id AND own = 1 LIMIT 1;

-- name: insert_attachment
INSERT INTO attachments (id, message_id, position, name, mime, size, part, content_id)
VALUES (:id, :message_id, :position, :name, :mime, :size, :part, :content_id);

-- name: attachment
SELECT a.id, a.name, a.mime, a.size, a.part, m.source_sha FROM attachments a JOIN messages m ON m.id = a.message_id WHERE a.id = :id;

-- name: message_source
SELECT source_sha FROM messages WHERE id = :id;

-- name: message
SELECT * FROM messages WHERE id = :id;

-- name: last_inbound
-- Among the messages of one kind of channel, the customer's own; what a robot of theirs wrote only if there is nothing else.
SELECT l.id, l.channel_id, l.automatic, l.from_address, l.from_name, l.parties, l.reply_keys, l.subject, l.body, l.received_at,
       l.sent_at, l.facts
  FROM messages l WHERE l.id = COALESCE(
    (SELECT m.id FROM messages m
      WHERE m.conversation_id = :id AND m.direction = 'inbound' AND m.automatic = 0 AND m.deleted_at IS NULL AND m.aside = ''
        AND m.channel_id IN (SELECT h.id FROM channels h WHERE h.kind = :kind) ORDER BY m.received_at DESC, m.id DESC LIMIT 1),
    (SELECT m.id FROM messages m
      WHERE m.conversation_id = :id AND m.direction = 'inbound' AND m.automatic <> 0 AND m.deleted_at IS NULL AND m.aside = ''
        AND m.channel_id IN (SELECT h.id FROM channels h WHERE h.kind = :kind) ORDER BY m.received_at DESC, m.id DESC LIMIT 1));

-- name: newest_seen_key
SELECT k.reply_key FROM messages m JOIN message_keys k ON k.message_id = m.id AND k.own = 1
 WHERE m.conversation_id = :id AND m.channel_id = :channel_id AND m.direction = 'inbound' AND m.deleted_at IS NULL
   AND m.received_at <= :at ORDER BY m.received_at DESC, m.id DESC LIMIT 1;

-- name: last_outbound
-- Among the messages of one kind of channel.
SELECT m.id, m.channel_id, m.from_address, m.parties, m.reply_keys, m.subject,
       (SELECT o.state FROM outbox o WHERE o.message_id = m.id) AS outbox_state FROM messages m
 WHERE m.conversation_id = :id AND m.direction = 'outbound' AND m.automatic = 0 AND m.deleted_at IS NULL AND m.aside = ''
   AND m.channel_id IN (SELECT h.id FROM channels h WHERE h.kind = :kind)
 ORDER BY m.received_at DESC, m.id DESC LIMIT 1;

-- name: last_exchanged_before
-- The customer's last message, else our own, else what a robot wrote.
SELECT m.id, m.direction, m.from_address, m.from_name, m.parties, m.reply_keys, m.body, m.sent_at, m.received_at FROM messages m
 WHERE m.conversation_id = :id AND m.direction IN ('inbound', 'outbound') AND m.deleted_at IS NULL AND m.aside = ''
   AND m.received_at <= :at AND m.id <> :message_id
 ORDER BY CASE WHEN m.direction = 'outbound' THEN 1 ELSE 2 * m.automatic END, m.received_at DESC, m.id DESC LIMIT 1;

-- name: last_exchanged_by
-- The same among the messages of one kind of channel.
SELECT m.id, m.reply_keys FROM messages m JOIN channels h ON h.id = m.channel_id
 WHERE m.conversation_id = :id AND m.direction IN ('inbound', 'outbound') AND m.deleted_at IS NULL AND m.aside = ''
   AND m.received_at <= :at AND m.id <> :message_id AND h.kind = :kind
 ORDER BY CASE WHEN m.direction = 'outbound' THEN 1 ELSE 2 * m.automatic END, m.received_at DESC, m.id DESC LIMIT 1;

-- name: kinds_of_conversation
-- The kinds of channels its last thousand messages went by, with the one used last of each.
SELECT h.kind, h.id AS channel_id, max(l.received_at) AS at FROM (
    SELECT m.channel_id, m.received_at FROM messages m
     WHERE m.conversation_id = :id AND m.direction IN ('inbound', 'outbound') AND m.deleted_at IS NULL AND m.aside = ''
     ORDER BY m.received_at DESC, m.id DESC LIMIT 1000) l JOIN channels h ON h.id = l.channel_id
GROUP BY h.kind, h.id ORDER BY at DESC, h.id;

-- name: claimed_addresses
-- What the customer named as their own address, the newest first.
SELECT m.facts, m.received_at FROM messages m WHERE m.conversation_id = :id AND m.direction = 'inbound' AND m.deleted_at IS NULL
   AND m.facts LIKE '%claims_address%' ORDER BY m.received_at DESC, m.id DESC LIMIT 20;

-- name: last_visit
-- The newest message that tells the page it was written on.
SELECT m.facts, m.received_at FROM messages m WHERE m.conversation_id = :id AND m.direction = 'inbound' AND m.deleted_at IS NULL
   AND m.facts LIKE '%"visit":%"page":%' ORDER BY m.received_at DESC, m.id DESC LIMIT 1;

-- name: last_keyed
-- The newest message of a conversation that was written under a name.
SELECT m.id, m.conversation_id, m.facts FROM message_keys k JOIN messages m ON m.id = k.message_id
 WHERE k.channel_id = :channel_id AND k.reply_key = :reply_key AND m.conversation_id = :id AND m.direction = 'inbound'
   AND m.deleted_at IS NULL ORDER BY m.received_at DESC, m.id DESC LIMIT 1;

-- name: last_language
-- The newest that tells the visitor's language.
SELECT m.facts FROM messages m WHERE m.conversation_id = :id AND m.direction = 'inbound' AND m.deleted_at IS NULL
   AND m.facts LIKE '%"visit":%"language":%' ORDER BY m.received_at DESC, m.id DESC LIMIT 1;

-- name: answered_since
-- The conversations with an answer that left by another channel after a moment; ``first`` is an id made before any of them.
SELECT DISTINCT o.conversation_id FROM outbox o WHERE o.id >= :first AND o.state = 'sent' AND o.updated_at > :since
   AND o.channel_id <> :channel_id;

-- name: answers_by_others
-- Those of one conversation.
SELECT m.id, m.body, m.parties, a.name AS agent, o.updated_at AS at FROM messages m JOIN outbox o ON o.message_id = m.id
  LEFT JOIN agents a ON a.id = m.agent_id
 WHERE m.conversation_id = :id AND m.direction = 'outbound' AND m.deleted_at IS NULL AND m.aside = '' AND o.state = 'sent'
   AND o.updated_at > :since AND o.channel_id <> :channel_id ORDER BY o.updated_at, o.id;

-- name: who_wrote
-- Everybody whose message ever came into a conversation, by the channel they wrote on.
SELECT DISTINCT m.channel_id, m.identity_id FROM messages m WHERE m.conversation_id = :id AND m.direction = 'inbound';

-- name: first_identity
-- Who began a conversation.
SELECT i.kind, i.value FROM messages f JOIN identities i ON i.id = f.identity_id WHERE f.id = COALESCE(
    (SELECT m.id FROM messages m
      WHERE m.conversation_id = :id AND m.direction = 'inbound' AND m.automatic = 0 AND m.deleted_at IS NULL AND m.aside = ''
        AND m.identity_id IS NOT NULL ORDER BY m.received_at, m.id LIMIT 1),
    (SELECT m.id FROM messages m
      WHERE m.conversation_id = :id AND m.direction = 'inbound' AND m.automatic <> 0 AND m.deleted_at IS NULL AND m.aside = ''
        AND m.identity_id IS NOT NULL ORDER BY m.received_at, m.id LIMIT 1));

-- name: delete_message
UPDATE messages SET deleted_at = :now WHERE id = :id AND deleted_at IS NULL;

-- name: undelete_message
UPDATE messages SET deleted_at = NULL WHERE id = :id;

-- name: edit_message
UPDATE messages SET body = :body, edited_at = :at WHERE id = :id;

-- name: set_delivered
UPDATE messages SET delivered_at = :at WHERE id = :id AND delivered_at IS NULL;

-- name: set_read
UPDATE messages SET read_at = :at WHERE id = :id AND read_at IS NULL;

-- name: adopt_external_id
UPDATE messages SET external_id = :external_id WHERE external_id IS NULL
   AND id = (SELECT o.message_id FROM outbox o WHERE o.id = :outbox_id)
   AND NOT EXISTS (SELECT 1 FROM messages t WHERE t.channel_id = messages.channel_id AND t.external_id = :external_id);

-- name: adopt_source
UPDATE messages SET source_sha = :source_sha WHERE id = :id AND source_sha IS NULL;

-- name: message_body
SELECT body FROM messages WHERE id = :id;

-- name: messages_in
-- All of a conversation, withdrawn ones too, in order.
SELECT id, direction, deleted_at, received_at FROM messages WHERE conversation_id = :id ORDER BY received_at, id;

-- name: parties_in
SELECT m.from_address, m.parties, h.kind, i.value_norm FROM messages m LEFT JOIN channels h ON h.id = m.channel_id
  LEFT JOIN identities i ON i.id = m.identity_id WHERE m.conversation_id = :id AND m.direction <> 'note' AND m.aside = '';

-- name: letters_in
-- Who wrote what a customer and we wrote to each other in a conversation, and to whom.
SELECT m.id, m.direction, m.from_address, m.parties, h.kind, i.value_norm FROM messages m
  LEFT JOIN channels h ON h.id = m.channel_id LEFT JOIN identities i ON i.id = m.identity_id
 WHERE m.conversation_id = :id AND m.direction IN ('inbound', 'outbound') AND m.aside = '';

-- name: names_in
-- The names its messages have and mention. CROSS JOIN: SQLite would else look at all names of the channel.
SELECT k.message_id, k.reply_key, k.own FROM messages m CROSS JOIN message_keys k
 WHERE m.conversation_id = :id AND k.message_id = m.id AND k.channel_id = :channel_id;

-- name: relocate_message
UPDATE messages SET conversation_id = :into WHERE id = :id;

-- name: relocate_keys
UPDATE message_keys SET conversation_id = :into WHERE message_id = :id;

-- name: relocate_outbox
UPDATE outbox SET conversation_id = :into WHERE message_id = :id;

-- name: relocate_search_doc
UPDATE search_docs SET conversation_id = :into WHERE kind = 'message' AND entity_id = :id;

-- name: customer_of_message
SELECT i.customer_id FROM messages m JOIN identities i ON i.id = m.identity_id WHERE m.id = :id;

-- name: attachments_of
SELECT id, name, mime, size, part FROM attachments WHERE message_id = :message_id ORDER BY position, id;

-- name: forward_sent
-- A message of ours that passed another one on, by its row in the outbox.
SELECT m.id, m.conversation_id, m.parties, h.kind FROM outbox o JOIN messages m ON m.id = o.message_id
  JOIN channels h ON h.id = m.channel_id WHERE o.id = :outbox_id AND m.aside <> '' AND m.deleted_at IS NULL;

-- name: customer_texts
-- What was written last in all of a customer's conversations, as far as orders are looked for (text/orders.py). The newest
-- 40 messages are in the 40 conversations that moved last: each of these has one as new as that.
SELECT m.id, m.conversation_id, v.ref, m.received_at, substr(m.body, 1, 5000) AS body FROM (
  SELECT t.id FROM messages t WHERE t.conversation_id IN (
    SELECT w.id FROM conversations w JOIN customers c ON c.id = w.customer_id
     WHERE c.root_id = (SELECT k.root_id FROM customers k WHERE k.id = :id) AND w.merged_into IS NULL
     ORDER BY w.last_at DESC, w.id DESC LIMIT 40)
   ORDER BY t.received_at DESC, t.id DESC LIMIT 40) n
  JOIN messages m ON m.id = n.id JOIN conversations v ON v.id = m.conversation_id
 WHERE m.direction <> 'event' AND m.deleted_at IS NULL ORDER BY m.received_at DESC, m.id DESC;
