-- The files of a draft hang on a message that is not written yet: ours, hidden like one called back, of no channel.

-- name: draft_holders
SELECT id FROM messages WHERE conversation_id = :conversation_id AND channel_id IS NULL AND external_id = :mark ORDER BY id;

-- name: hold_message
-- Before every other message: what is split off leaves it where its draft is.
INSERT INTO messages (id, conversation_id, direction, external_id, agent_id, received_at, deleted_at, created_at)
VALUES (:id, :conversation_id, 'outbound', :mark, :agent_id, 0, :now, :now);

-- name: held_files
SELECT a.id, a.name, a.mime, a.size, f.sha256 FROM messages m JOIN attachments a ON a.message_id = m.id
  JOIN outgoing_files f ON f.attachment_id = a.id
 WHERE m.conversation_id = :conversation_id AND m.channel_id IS NULL AND m.external_id = :mark
 ORDER BY a.position, a.id;

-- name: drop_held_file
DELETE FROM attachments WHERE id = :id AND message_id IN (SELECT id FROM messages
  WHERE conversation_id = :conversation_id AND channel_id IS NULL AND external_id = :mark);

-- name: drop_holders
DELETE FROM messages WHERE conversation_id = :conversation_id AND channel_id IS NULL AND external_id = :mark;
