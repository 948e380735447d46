-- The names of messages lie by message, which is by time, and one index finds them: what a first sync stores is half as many
-- pages, for names from outside are in no order and each of them is a page of its own in every index it stands in.
CREATE TABLE message_keys_by_message (
  channel_id TEXT NOT NULL REFERENCES channels(id) ON DELETE CASCADE, reply_key TEXT NOT NULL,
  message_id TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, own BIGINT NOT NULL,
  PRIMARY KEY (message_id, channel_id, reply_key)) /*keyed*/;
INSERT INTO message_keys_by_message (channel_id, reply_key, message_id, conversation_id, own)
SELECT channel_id, reply_key, message_id, conversation_id, own FROM message_keys ORDER BY message_id, channel_id, reply_key;
DROP TABLE message_keys;
ALTER TABLE message_keys_by_message RENAME TO message_keys;
-- Who answers a name stands beside all who mention it, the newest of either at an end.
CREATE INDEX message_keys_named ON message_keys (channel_id, reply_key, own, message_id);

UPDATE counters SET value = 15 WHERE name = 'schema';
