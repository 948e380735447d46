-- A conversation of thousands of messages takes the next one in as quickly as the first: who answers a name is found
-- beside all who mention it, and our last answer behind any number of messages that nobody answered.
CREATE INDEX message_keys_own ON message_keys (channel_id, reply_key) WHERE own = 1;
CREATE INDEX messages_ours ON messages (conversation_id, received_at, id) WHERE direction = 'outbound';

-- What few conversations have is where a list of them begins.
CREATE INDEX messages_notes ON messages (conversation_id) WHERE direction = 'note';
CREATE INDEX conversations_priority ON conversations (priority) WHERE priority <> 2;
CREATE INDEX conversations_channel ON conversations (channel_id);

UPDATE counters SET value = 12 WHERE name = 'schema';
