-- What a message tells beyond its text, as JSON ('' for nothing): the own server's verdict on its sender, what is odd about
-- them, and in short the invitations, address cards and delivery reports it carries.
ALTER TABLE messages ADD COLUMN facts TEXT NOT NULL DEFAULT '';

UPDATE counters SET value = 6 WHERE name = 'schema';
