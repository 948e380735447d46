-- name: insert_delivery_report
INSERT INTO delivery_reports (id, message_id, report_id, address, action, words, at, about)
VALUES (:id, :message_id, :report_id, :address, :action, :words, :at, :about);

-- name: late_reports
-- What came on a message before that itself, a row for each recipient.
SELECT report_id, address, action, words, at FROM delivery_reports
 WHERE about = :about AND message_id IS NULL AND report_id IS NOT NULL ORDER BY id;

-- name: claim_report
UPDATE delivery_reports SET message_id = :message_id WHERE report_id = :report_id AND message_id IS NULL;

-- name: waiting_recipients
-- Who did not get a message that others have, and is tried again.
SELECT address FROM delivery_reports WHERE message_id = :message_id AND action = 'waiting' ORDER BY id;

-- name: refused_recipients
-- Whom the server we hand mail to would not take.
SELECT address, words FROM delivery_reports WHERE message_id = :message_id AND action = 'refused' ORDER BY id;

-- name: forget_refused
DELETE FROM delivery_reports WHERE message_id = :message_id AND action = 'refused';

-- name: forget_waiting
DELETE FROM delivery_reports WHERE message_id = :message_id AND action = 'waiting';

-- name: has_bounced
SELECT 1 FROM delivery_reports WHERE message_id = :message_id AND action = 'failed' LIMIT 1;

-- name: stray_reports
-- Where reports on none of our messages are collected. The newest report is nearly always it, so their messages are
-- looked up one by one from there (the limit has them sorted first): of a flood of reports no join goes through all.
SELECT collected.id
  FROM (SELECT (SELECT v.id FROM messages m JOIN conversations v ON v.id = m.conversation_id
                 WHERE m.id = newest.report_id AND m.channel_id = :channel_id AND v.bulk = 1
                   AND v.status IN ('open', 'resolved')) AS id, newest.at, newest.no
          FROM (SELECT report_id, at, id AS no FROM delivery_reports
                 WHERE message_id IS NULL ORDER BY at DESC, id DESC LIMIT 1000000) newest) collected
 WHERE collected.id IS NOT NULL ORDER BY collected.at DESC, collected.no DESC LIMIT 1;

-- name: claim_automatic_answer
INSERT INTO automatic_answers (address, at) VALUES (:address, :now)
ON CONFLICT (address) DO UPDATE SET at = excluded.at WHERE automatic_answers.at <= :before RETURNING address;

-- name: prune_automatic_answers
DELETE FROM automatic_answers WHERE at <= :before;

-- name: first_source_chunk
SELECT c.data FROM messages m JOIN blob_chunks c ON c.sha256 = m.source_sha AND c.n = 0 WHERE m.id = :id;

-- name: insert_outgoing_file
INSERT INTO outgoing_files (attachment_id, sha256) VALUES (:attachment_id, :sha256);

-- name: outgoing_file
SELECT sha256 FROM outgoing_files WHERE attachment_id = :attachment_id;

-- name: outgoing_files
SELECT a.name, a.mime, a.size, f.sha256, a.position FROM attachments a JOIN outgoing_files f ON f.attachment_id = a.id
 WHERE a.message_id = :message_id ORDER BY a.position;

-- name: left_file
-- A file that was left on the server, and where its message was seen there.
SELECT a.name, a.mime, a.size, a.part, a.message_id, m.external_id, m.conversation_id, m.channel_id, h.name AS channel
  FROM attachments a JOIN messages m ON m.id = a.message_id JOIN channels h ON h.id = m.channel_id WHERE a.id = :id;

-- name: places_of_message
SELECT stream, locator FROM fetch_ledger WHERE channel_id = :channel_id AND message_id = :message_id
 ORDER BY fetched_at DESC, stream, locator;

-- name: file_fetched
UPDATE attachments SET part = '', size = :size WHERE id = :id AND part = :part;

-- name: all_is_here
-- Nothing is left of a message: what was said of that is no longer true.
UPDATE messages SET notice = '' WHERE id = :id
   AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.message_id = messages.id AND a.part LIKE :left || '%');

-- name: blob_chunk
SELECT data FROM blob_chunks WHERE sha256 = :sha256 AND n = :n;
