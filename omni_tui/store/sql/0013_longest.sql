-- Who waits longest, whatever the status: without it all that wait are put in order for each page of a search.
CREATE INDEX conversations_longest ON conversations (waiting_since, id, status, last_at)
 WHERE waiting_since IS NOT NULL;

UPDATE counters SET value = 13 WHERE name = 'schema';
