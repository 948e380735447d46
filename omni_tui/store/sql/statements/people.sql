-- name: agent_by_login
SELECT id, login, name FROM agents WHERE login = :login;

-- name: agents
SELECT id, login, name FROM agents ORDER BY login;

-- name: insert_agent
INSERT INTO agents (id, login, name, created_at) VALUES (:id, :login, :name, :now) ON CONFLICT (login) DO NOTHING;

-- name: rename_agent
UPDATE agents SET name = :name WHERE login = :login AND name <> :name;

-- name: identity
SELECT i.id, i.customer_id, c.root_id, r.name FROM identities i
  JOIN customers c ON c.id = i.customer_id JOIN customers r ON r.id = c.root_id
 WHERE i.kind = :kind AND i.value_norm = :value_norm;

-- name: insert_customer
INSERT INTO customers (id, root_id, name, created_at, updated_at) VALUES (:id, :id, :name, :now, :now);

-- name: name_customer
UPDATE customers SET name = :name, updated_at = :now WHERE id = :id AND name = '';

-- name: insert_identity
INSERT INTO identities (id, customer_id, kind, value_norm, value, last_at, created_at)
VALUES (:id, :customer_id, :kind, :value_norm, :value, :at, :now);

-- name: touch_identity
UPDATE identities SET last_at = :at WHERE id = :id AND (last_at IS NULL OR last_at < :at);

-- name: customer
SELECT r.id, r.name, r.notes FROM customers c JOIN customers r ON r.id = c.root_id WHERE c.id = :id;

-- name: customer_identities
SELECT i.kind, i.value, i.last_at FROM identities i JOIN customers c ON c.id = i.customer_id
 WHERE c.root_id = :id ORDER BY COALESCE(i.last_at, 0) DESC, i.value;

-- name: customer_conversations
SELECT v.id, v.ref, h.kind, v.subject, v.status, v.last_at FROM conversations v
  JOIN customers c ON c.id = v.customer_id JOIN channels h ON h.id = v.channel_id
 WHERE c.root_id = :id ORDER BY v.last_at DESC, v.id DESC LIMIT :limit;

-- name: customer_conversation_count
SELECT count(*) FROM conversations v JOIN customers c ON c.id = v.customer_id WHERE c.root_id = :id;

-- name: customer_since
SELECT min(m.received_at) FROM messages m JOIN conversations v ON v.id = m.conversation_id
  JOIN customers c ON c.id = v.customer_id WHERE c.root_id = :id;

-- name: customer_tags
SELECT DISTINCT t.name FROM conversation_tags ct JOIN tags t ON t.id = ct.tag_id
  JOIN conversations v ON v.id = ct.conversation_id JOIN customers c ON c.id = v.customer_id
 WHERE c.root_id = :id ORDER BY t.name;

-- name: customers_matching
SELECT DISTINCT c.root_id AS id FROM customers c LEFT JOIN identities i ON i.customer_id = c.id
 WHERE c.id = :exact OR i.value_norm = :norm
    OR lower(c.name) LIKE :like ESCAPE '\' OR i.value_norm LIKE :like ESCAPE '\'
 LIMIT :limit;
