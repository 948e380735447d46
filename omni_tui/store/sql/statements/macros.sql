-- name: macros_of
SELECT letter, steps FROM macros WHERE agent_id = :agent_id ORDER BY letter;

-- name: save_macro
INSERT INTO macros (agent_id, letter, steps, updated_at) VALUES (:agent_id, :letter, :steps, :now)
ON CONFLICT (agent_id, letter) DO UPDATE SET steps = excluded.steps, updated_at = excluded.updated_at;

-- name: delete_macro
DELETE FROM macros WHERE agent_id = :agent_id AND letter = :letter;
