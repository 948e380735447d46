-- name: insert_mention
INSERT INTO mentions (message_id, agent_id, at) VALUES (:message_id, :agent_id, :now)
ON CONFLICT (message_id, agent_id) DO NOTHING;

-- name: mentions_since
SELECT m.id, m.conversation_id, n.at, g.login FROM mentions n JOIN messages m ON m.id = n.message_id
  LEFT JOIN agents g ON g.id = m.agent_id
 WHERE n.agent_id = :agent_id AND n.at > :at AND m.deleted_at IS NULL AND (m.agent_id IS NULL OR m.agent_id <> :agent_id)
 ORDER BY n.at LIMIT 50;
