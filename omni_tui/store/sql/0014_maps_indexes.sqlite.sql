-- Whether a conversation may have the words is told by its number: a list is walked for it without a look at the rows.
DROP INDEX conversations_all;
CREATE INDEX conversations_all ON conversations (last_at DESC, id DESC, status, ref);
DROP INDEX conversations_longest;
CREATE INDEX conversations_longest ON conversations (waiting_since, id, status, last_at, ref)
 WHERE waiting_since IS NOT NULL;
