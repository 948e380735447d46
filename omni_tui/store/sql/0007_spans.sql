-- PostgreSQL has another index of words (0007_search_spans.postgresql.sql); on SQLite nothing changes.
UPDATE counters SET value = 7 WHERE name = 'schema';
