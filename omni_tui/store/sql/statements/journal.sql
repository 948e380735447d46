-- name: insert_act
INSERT INTO acts (id, seq, agent_id, actor, verb, at) VALUES (:id, :seq, :agent_id, :actor, :verb, :now);

-- name: insert_journal
INSERT INTO journal (id, act_id, at, entity, entity_id, conversation_id, field, before_value, after_value)
VALUES (:id, :act_id, :now, :entity, :entity_id, :conversation_id, :field, :before, :after);

-- name: newest_live_act
SELECT id, seq, verb, at FROM acts WHERE agent_id = :agent_id AND undone_at IS NULL ORDER BY seq DESC LIMIT 1;

-- name: last_undone_act
-- Whatever was undone since the newest act that stands (:seq, made :at); an act's place in the stack is its number, and of
-- two undone at one time the older was undone last. Further back than 10,000 acts nothing is looked for.
SELECT id, seq, verb FROM (
  SELECT id, seq, verb, undone_at FROM acts WHERE agent_id = :agent_id ORDER BY seq DESC LIMIT 10000) recent
 WHERE undone_at IS NOT NULL AND (seq > :seq OR undone_at > :at) ORDER BY undone_at DESC, seq LIMIT 1;

-- name: act
SELECT id, seq, agent_id, actor, verb, at FROM acts WHERE id = :id;

-- name: act_id_of_number
SELECT id FROM acts WHERE seq = :seq;

-- name: journal_of_act
SELECT j.*, a.verb, a.undone_at FROM journal j JOIN acts a ON a.id = j.act_id WHERE j.act_id = :act_id ORDER BY j.id;

-- name: mark_act
UPDATE acts SET undone_at = :undone_at WHERE id = :id;

-- name: mark_journal
UPDATE journal SET undone = :undone WHERE id = :id;

-- name: last_changer
SELECT a.actor, a.verb, j.at FROM journal j JOIN acts a ON a.id = j.act_id
 WHERE j.entity = :entity AND j.entity_id = :entity_id AND j.field = :field AND j.undone = 0 AND a.id <> :act_id
 ORDER BY a.seq DESC LIMIT 1;

-- name: later_changes
-- Which rows of an act stand where an act after it changed the same, each with whoever did so, the newest last. After
-- it is what has a higher number: clocks are set back, and an act on PostgreSQL goes by a guess of the server's.
SELECT j.id, j.conversation_id, a.actor, a.verb FROM journal j
  JOIN journal l ON l.conversation_id = j.conversation_id AND l.entity_id = j.entity_id AND l.entity = j.entity
   AND l.field = j.field AND l.act_id <> j.act_id AND l.undone = 0
   AND (j.field NOT IN ('tag', 'link')
        OR coalesce(l.after_value, l.before_value) = coalesce(j.after_value, j.before_value))
  JOIN acts a ON a.id = l.act_id AND a.seq > :seq
 WHERE j.act_id = :act_id AND j.entity = 'conversation' AND j.undone = 0 ORDER BY a.seq;

-- name: journal_of_conversation
SELECT j.id, j.act_id, j.at, a.seq, a.agent_id, a.actor, a.verb, j.entity, j.entity_id, j.field, j.before_value, j.after_value, j.undone
  FROM journal j JOIN acts a ON a.id = j.act_id
 WHERE j.conversation_id = :id AND j.at >= :since AND j.at < :until ORDER BY j.at DESC, j.id DESC LIMIT :limit;

-- name: newest_of_field
SELECT a.actor, a.agent_id, a.verb, a.undone_at, j.at, j.before_value, j.after_value, j.undone
  FROM journal j JOIN acts a ON a.id = j.act_id
 WHERE j.conversation_id = :id AND j.entity = 'conversation' AND j.field = :field ORDER BY a.seq DESC LIMIT 1;

-- name: newest_pointer
-- Who merged a conversation into another, or parted it from there.
SELECT a.actor, a.verb, j.at FROM journal j JOIN acts a ON a.id = j.act_id
 WHERE j.conversation_id = :id AND j.entity = 'conversation' AND j.entity_id = :id AND j.field = 'merged_into'
 ORDER BY a.seq DESC LIMIT 1;

-- name: forget_fields
-- What a conversation gives up when it becomes part of another is noted anew each time.
DELETE FROM journal WHERE act_id = :act_id AND entity = 'conversation' AND entity_id = :id
   AND field IN ('status', 'snoozed_until', 'unread');
