-- The other addresses of a channel (mail: aliases), a JSON list: what they write is ours, and answers may leave from them.
ALTER TABLE channels ADD COLUMN aliases TEXT NOT NULL DEFAULT '[]';

-- What servers reported, one row for each recipient they named. message_id: our message (NULL: none of ours); report_id: theirs.
CREATE TABLE delivery_reports (
  id TEXT PRIMARY KEY, message_id TEXT REFERENCES messages(id) ON DELETE CASCADE,
  report_id TEXT REFERENCES messages(id) ON DELETE CASCADE, address TEXT NOT NULL, action TEXT NOT NULL,
  words TEXT NOT NULL, at BIGINT NOT NULL) /*strict*/;
CREATE INDEX delivery_reports_message ON delivery_reports (message_id);
CREATE INDEX delivery_reports_report ON delivery_reports (report_id);

-- When an address last got an answer no person wrote, over all channels.
CREATE TABLE automatic_answers (address TEXT PRIMARY KEY, at BIGINT NOT NULL) /*strict*/;

-- The bytes of files we send along: other files lie in the source of their message.
CREATE TABLE outgoing_files (
  attachment_id TEXT PRIMARY KEY REFERENCES attachments(id) ON DELETE CASCADE,
  sha256 TEXT NOT NULL REFERENCES blobs(sha256)) /*strict*/;
CREATE INDEX outgoing_files_blob ON outgoing_files (sha256);

UPDATE counters SET value = 5 WHERE name = 'schema';
