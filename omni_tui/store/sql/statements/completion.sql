-- name: customer_names_like
-- In the order they are found: the first few of very many, without looking at the rest.
SELECT DISTINCT r.name FROM customers r
 WHERE r.root_id = r.id AND r.name <> '' AND (lower(r.name) LIKE :begins ESCAPE '\' OR lower(r.name) LIKE :word ESCAPE '\')
 LIMIT :limit;
