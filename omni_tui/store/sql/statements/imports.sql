-- name: ledger_holds
SELECT 1 FROM fetch_ledger WHERE channel_id = :channel_id AND stream = :stream AND locator = :locator;

-- name: messages_called
SELECT m.external_id, m.from_address, m.subject, m.sent_at, m.body FROM message_keys k JOIN messages m ON m.id = k.message_id
 WHERE k.channel_id = :channel_id AND k.reply_key = :reply_key AND k.own = 1 AND m.external_id IS NOT NULL
 ORDER BY m.id LIMIT 8;
