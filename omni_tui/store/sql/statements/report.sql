-- name: report_messages
-- Counted by quarter of an hour: no zone's day begins within one. What is not sent (yet) answered nobody.
SELECT h.name AS channel, g.login AS agent, m.direction, m.received_at / 900000 AS quarter, count(*) AS number
  FROM conversations v JOIN messages m ON m.conversation_id = v.id
  LEFT JOIN channels h ON h.id = m.channel_id LEFT JOIN agents g ON g.id = m.agent_id
  LEFT JOIN outbox o ON o.message_id = m.id
 WHERE v.last_at >= :since AND v.bulk = 0 AND v.status <> 'spam' AND m.received_at >= :since
   AND m.direction IN ('inbound', 'outbound') AND m.automatic = 0 AND m.aside = '' AND m.deleted_at IS NULL
   AND (o.id IS NULL OR o.state = 'sent')
 GROUP BY h.name, g.login, m.direction, m.received_at / 900000;

-- name: report_first_answers
SELECT h.name AS channel, g.login AS agent, f.first_at, a.received_at AS answered_at
  FROM (SELECT v.id, v.channel_id,
               (SELECT m.received_at FROM messages m
                 WHERE m.conversation_id = v.id AND m.direction = 'inbound' AND m.automatic = 0 AND m.aside = ''
                 ORDER BY m.received_at, m.id LIMIT 1) AS first_at
          FROM conversations v
         WHERE v.last_at >= :since AND v.bulk = 0 AND v.status <> 'spam' AND v.merged_into IS NULL) f
  JOIN messages a ON a.id = (
       SELECT x.id FROM messages x LEFT JOIN outbox o ON o.message_id = x.id
        WHERE x.conversation_id = f.id AND x.direction = 'outbound' AND x.automatic = 0 AND x.aside = ''
          AND x.deleted_at IS NULL
          AND x.received_at >= f.first_at AND (o.id IS NULL OR o.state = 'sent')
        ORDER BY x.received_at, x.id LIMIT 1)
  JOIN channels h ON h.id = f.channel_id LEFT JOIN agents g ON g.id = a.agent_id
 WHERE f.first_at >= :since;

-- name: report_resolved
SELECT h.name AS channel, g.login AS agent, j.at / 900000 AS quarter, count(*) AS number
  FROM acts s JOIN journal j ON j.act_id = s.id JOIN conversations v ON v.id = j.conversation_id
  JOIN channels h ON h.id = v.channel_id LEFT JOIN agents g ON g.id = s.agent_id
 WHERE s.at >= :since AND j.entity = 'conversation' AND j.field = 'status' AND j.after_value = 'resolved' AND j.undone = 0
 GROUP BY h.name, g.login, j.at / 900000;

-- name: report_waiting
SELECT h.name AS channel, g.login AS agent, count(*) AS number FROM conversations v
  JOIN channels h ON h.id = v.channel_id LEFT JOIN agents g ON g.id = v.assignee_id
 WHERE v.status = 'open' AND v.bulk = 0 AND v.waiting_since IS NOT NULL GROUP BY h.name, g.login;
