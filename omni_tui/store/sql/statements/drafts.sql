-- The files of a draft hang on a message that is not written yet: ours, hidden like one called back, of no channel.

-- name: draft_holders
SELECT id FROM messages WHERE conversation_id = :conversation_id AND channel_id IS NULL AND external_id = :mark ORDER BY id;

-- name: hold_message
-- Before every other message: what is split off leaves it where its draft is.
INSERT INTO messages (id, conversation_id, direction, external_id, agent_id, received_at, deleted_at, created_at)
VALUES (:id, :conversation_id, 'outbound', :mark, :agent_id, 0, :now, :now);

-- name: held_files
SELECT a.id, a.position, a.name, a.mime, a.size, f.sha256 FROM messages m JOIN attachments a ON a.message_id = m.id
  JOIN outgoing_files f ON f.attachment_id = a.id
 WHERE m.conversation_id = :conversation_id AND m.channel_id IS NULL AND m.external_id = :mark
 ORDER BY a.position, a.id;

-- name: drop_held_file
DELETE FROM attachments WHERE id = :id AND message_id IN (SELECT id FROM messages
  WHERE conversation_id = :conversation_id AND channel_id IS NULL AND external_id = :mark);

-- name: drop_holders
DELETE FROM messages WHERE conversation_id = :conversation_id AND channel_id IS NULL AND external_id = :mark;

-- name: new_draft
SELECT id, agent_id, body, fields, updated_at FROM new_drafts WHERE id = :id;

-- name: new_drafts_of
SELECT id, agent_id, body, fields, updated_at FROM new_drafts WHERE agent_id = :agent_id ORDER BY updated_at DESC, id DESC;

-- name: save_new_draft
INSERT INTO new_drafts (id, agent_id, body, fields, updated_at) VALUES (:id, :agent_id, :body, :fields, :now)
ON CONFLICT (id) DO UPDATE SET body = excluded.body, fields = excluded.fields, updated_at = excluded.updated_at;

-- name: delete_new_draft
DELETE FROM new_drafts WHERE id = :id AND agent_id = :agent_id;

-- name: new_draft_files
SELECT id, position, name, mime, size, sha256 FROM new_draft_files WHERE draft_id = :draft_id ORDER BY position, id;

-- name: insert_new_draft_file
INSERT INTO new_draft_files (id, draft_id, position, name, mime, size, sha256)
VALUES (:id, :draft_id, :position, :name, :mime, :size, :sha256);

-- name: drop_new_draft_file
DELETE FROM new_draft_files WHERE id = :id AND draft_id = :draft_id;

-- name: is_begun_here
-- Whether a message of an agent is all that was exchanged in a conversation that nothing else led to.
SELECT 1 FROM conversations v JOIN messages m ON m.conversation_id = v.id AND m.id = :message_id
 WHERE v.id = :id AND v.related_id IS NULL AND v.merged_into IS NULL AND m.agent_id IS NOT NULL AND m.direction = 'outbound'
   AND m.aside = '' AND NOT EXISTS (SELECT 1 FROM messages o WHERE o.conversation_id = v.id AND o.id <> m.id
     AND o.direction IN ('inbound', 'outbound') AND o.deleted_at IS NULL);

-- name: is_bare
-- Whether nothing hangs on a conversation but one message.
SELECT 1 FROM conversations v WHERE v.id = :id
   AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = v.id AND m.id <> :message_id)
   AND NOT EXISTS (SELECT 1 FROM drafts d WHERE d.conversation_id = v.id)
   AND NOT EXISTS (SELECT 1 FROM conversation_tags t WHERE t.conversation_id = v.id)
   AND NOT EXISTS (SELECT 1 FROM conversation_links k WHERE k.a_id = v.id OR k.b_id = v.id)
   AND NOT EXISTS (SELECT 1 FROM conversations r WHERE r.related_id = v.id OR r.merged_into = v.id);

-- name: unmake_conversation
DELETE FROM conversations WHERE id = :id;

-- name: is_new_customer
-- Whether a customer was made at a moment and nothing became of them since.
SELECT 1 FROM customers c WHERE c.id = :id AND c.root_id = c.id AND c.created_at = :at AND c.notes = ''
   AND NOT EXISTS (SELECT 1 FROM conversations v WHERE v.customer_id = c.id)
   AND NOT EXISTS (SELECT 1 FROM customers o WHERE o.root_id = c.id AND o.id <> c.id)
   AND NOT EXISTS (SELECT 1 FROM messages m JOIN identities i ON i.id = m.identity_id WHERE i.customer_id = c.id);

-- name: unmake_customer
DELETE FROM customers WHERE id = :id;
