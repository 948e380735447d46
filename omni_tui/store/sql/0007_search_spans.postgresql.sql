-- Words together with the span of time (18 hours) a document lies in, customers in one of their own: see store/gin.py.
DROP INDEX search_docs_tokens;
CREATE INDEX search_docs_words ON search_docs USING gin (tokens, (ARRAY[greatest(doc_id >> 36, -1)]))
  WITH (fastupdate = on, gin_pending_list_limit = 256);
-- What a conversation has before or behind some time is told without a look at its documents.
DROP INDEX search_docs_conversation;
CREATE INDEX search_docs_conversation ON search_docs (conversation_id, doc_id);
