-- What is new is of SQLite's index of words alone: 0016_index_parts_settings.sqlite.sql.
UPDATE counters SET value = 16 WHERE name = 'schema';
