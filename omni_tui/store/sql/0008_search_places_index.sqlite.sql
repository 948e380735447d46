-- A document's conversation without its words: a row of the index is a fifteenth of the document's, and a search that
-- looks at hundreds of documents all over the store reads as many pages less. The same for customers' documents.
CREATE INDEX search_docs_places ON search_docs (doc_id, conversation_id);
CREATE INDEX search_docs_customers ON search_docs (doc_id, kind, entity_id) WHERE kind = 'customer';
-- The few who are part of another customer.
CREATE INDEX customers_merged ON customers (root_id, id) WHERE root_id <> id;
