-- Search documents of another segmentation are made anew in the background, from the newest down:
-- 'segmentation' is the one all documents have, 'resegmented' how far down the present round has come (0: not begun).
INSERT INTO counters (name, value) VALUES ('segmentation', 1), ('resegmented', 0);

-- Customers become findable by themselves, numbered as messages are but 2^62 less. Their words come with the first round.
INSERT INTO search_docs (doc_id, kind, entity_id, conversation_id, seg_version, tokens)
SELECT -4611686018427387904 + (c.created_at / 1000) * 1048576
       + ((SELECT k.value FROM counters k WHERE k.name = 'doc') + row_number() OVER (ORDER BY c.id)) % 1048576,
       'customer', c.id, '', 0, ''
  FROM customers c WHERE c.root_id = c.id;
UPDATE counters SET value = value + (SELECT count(*) FROM customers WHERE root_id = id) WHERE name = 'doc';

-- Every word of the index once: the beginning of a word is looked up here, and its words are then asked for one by one.
CREATE TABLE search_words (word TEXT PRIMARY KEY) /*strict*/;

UPDATE counters SET value = 3 WHERE name = 'schema';
