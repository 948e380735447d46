-- name: views_of
SELECT v.id, v.agent_id, v.name, v.query, v.sort, v.shared, a.login AS owner
  FROM saved_views v JOIN agents a ON a.id = v.agent_id
 WHERE v.deleted_at IS NULL AND (v.agent_id = :agent_id OR v.shared = 1) ORDER BY v.created_at, v.id;

-- name: view
SELECT v.*, a.login AS owner FROM saved_views v JOIN agents a ON a.id = v.agent_id WHERE v.id = :id;

-- name: insert_view
-- Not there until it is kept: one way to make a view, to delete one and to bring one back.
INSERT INTO saved_views (id, agent_id, name, name_key, query, sort, shared, deleted_at, created_at, updated_at)
VALUES (:id, :agent_id, :name, :name_key, :query, :sort, :shared, :now, :now, :now);

-- name: set_view
UPDATE saved_views SET name = :name, name_key = :name_key, query = :query, sort = :sort, shared = :shared,
  deleted_at = :deleted_at, updated_at = :now WHERE id = :id;

-- name: view_name_taken
SELECT id FROM saved_views
 WHERE name_key = :name_key AND deleted_at IS NULL AND id <> :id AND (agent_id = :agent_id OR shared = 1);

-- name: view_places
SELECT view_id, position, hidden FROM view_places WHERE agent_id = :agent_id;

-- name: clear_view_order
UPDATE view_places SET position = NULL WHERE agent_id = :agent_id;

-- name: place_view
INSERT INTO view_places (agent_id, view_id, position, hidden) VALUES (:agent_id, :view_id, :position, 0)
ON CONFLICT (agent_id, view_id) DO UPDATE SET position = excluded.position;

-- name: hide_view
INSERT INTO view_places (agent_id, view_id, position, hidden) VALUES (:agent_id, :view_id, NULL, :hidden)
ON CONFLICT (agent_id, view_id) DO UPDATE SET hidden = excluded.hidden;
