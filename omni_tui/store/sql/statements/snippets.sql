-- name: snippets_of
SELECT s.id, s.agent_id, s.name, s.body, s.shared, a.login AS owner
  FROM snippets s JOIN agents a ON a.id = s.agent_id
 WHERE s.deleted_at IS NULL AND (s.agent_id = :agent_id OR s.shared = 1) ORDER BY s.name_key, s.id;

-- name: snippet
SELECT s.*, a.login AS owner FROM snippets s JOIN agents a ON a.id = s.agent_id WHERE s.id = :id;

-- name: insert_snippet
-- Not there until it is kept, like a view.
INSERT INTO snippets (id, agent_id, name, name_key, body, shared, deleted_at, created_at, updated_at)
VALUES (:id, :agent_id, :name, :name_key, :body, :shared, :now, :now, :now);

-- name: set_snippet
UPDATE snippets SET name = :name, name_key = :name_key, body = :body, shared = :shared, deleted_at = :deleted_at,
  updated_at = :now WHERE id = :id;

-- name: snippet_name_taken
SELECT id FROM snippets
 WHERE name_key = :name_key AND deleted_at IS NULL AND id <> :id AND (agent_id = :agent_id OR shared = 1);
