-- about: the name of the message a report is on, for the message may be seen after it (empty: it named none).
ALTER TABLE delivery_reports ADD COLUMN about TEXT NOT NULL DEFAULT '';
CREATE INDEX delivery_reports_late ON delivery_reports (about) WHERE message_id IS NULL;

UPDATE counters SET value = 17 WHERE name = 'schema';
