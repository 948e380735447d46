-- What is new is of SQLite's index of words alone: 0018_index_joins_settings.sqlite.sql.
UPDATE counters SET value = 18 WHERE name = 'schema';
