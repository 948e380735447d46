-- Whether a row of a list is in the trash is seen without its row, and so are the customers that were merged into one.
DROP INDEX conversations_all;
CREATE INDEX conversations_all ON conversations (last_at DESC, id DESC, status);
DROP INDEX customers_root;
CREATE INDEX customers_root ON customers (root_id, id);
-- Bulk mail lies far apart among all that arrived: its list and its count have an order of their own.
CREATE INDEX conversations_bulk ON conversations (bulk, last_at DESC, id DESC, status) WHERE bulk = 1;

-- Which segmentation the present round of making documents anew is for: a round for another one begins from the top.
INSERT INTO counters (name, value) VALUES ('resegmenting', 0);

UPDATE counters SET value = 8 WHERE name = 'schema';
