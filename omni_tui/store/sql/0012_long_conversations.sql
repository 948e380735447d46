-- A conversation of thousands of messages takes the next one in as quickly as the first: who answers a name is found
-- beside all who mention it, and our last answer behind any number of messages that nobody answered.
CREATE INDEX message_keys_own ON message_keys (channel_id, reply_key) WHERE own = 1;
CREATE INDEX messages_ours ON messages (conversation_id, received_at, id) WHERE direction = 'outbound';

UPDATE counters SET value = 12 WHERE name = 'schema';
