"""Any act of one's own is taken back out of its turn, and nothing that was done since is lost by it."""

from __future__ import annotations

import pytest
from support.shop import MINUTE, Shop

from omni_tui.desk import agents, composing, history, merging, replies, triage, undo
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import Priority, Status
from omni_tui.model.errors import Conflict, NotFound


@pytest.fixture
def begun(shop: Shop) -> ConversationRow:
    """A conversation ana took, tagged and gave a priority, in this order."""
    shop.receive("lena@post.example")
    id = shop.one().id
    triage.take(shop.store, shop.agent, [id])
    triage.tag(shop.store, shop.agent, [id], ["vip"])
    triage.priority(shop.store, shop.agent, [id], "high")
    return shop.one()


def number(shop: Shop, row: ConversationRow, verb: str) -> str:
    """The number of the newest act of this verb, as people name it."""
    return str(next(act.number for act in history.acts(shop.store, shop.agent, row.id) if act.verb == verb))


def test_an_act_in_the_middle_goes_back_and_redo_brings_it_again(shop: Shop, begun: ConversationRow) -> None:
    outcome = undo.undo_act(shop.store, shop.agent, number(shop, begun, "tag"))
    assert (outcome.verb, outcome.changed, outcome.refused) == ("tag", (begun.id,), ())
    assert (shop.one().tags, shop.one().assignee, shop.one().priority) == ((), "ana", Priority.HIGH)
    undone = {act.verb: act.undone for act in history.acts(shop.store, shop.agent, begun.id)}
    assert undone == {"take": False, "tag": True, "priority": False}
    assert undo.redo(shop.store, shop.agent).verb == "tag"
    assert shop.one().tags == ("vip",)
    with pytest.raises(Conflict):
        undo.redo(shop.store, shop.agent)


def test_undo_goes_on_with_what_stands(shop: Shop, begun: ConversationRow) -> None:
    undo.undo_act(shop.store, shop.agent, number(shop, begun, "tag"))
    assert [undo.undo(shop.store, shop.agent).verb for _n in range(2)] == ["priority", "take"]
    # What was undone last comes first; all of it comes.
    assert [undo.redo(shop.store, shop.agent).verb for _n in range(3)] == ["take", "priority", "tag"]
    assert shop.one() == begun


def test_what_a_colleague_set_since_stays_though_it_reads_the_same(shop: Shop, begun: ConversationRow) -> None:
    wei = agents.who(shop.store, "wei")
    triage.unassign(shop.store, wei, [begun.id])
    triage.assign(shop.store, wei, [begun.id], "ana")
    outcome = undo.undo_act(shop.store, shop.agent, number(shop, begun, "take"))
    assert outcome.changed == ()
    assert outcome.refused == (f"#{begun.ref} was changed since by wei (assign) and was left as it is.",)
    assert shop.one().assignee == "ana"
    # It was not undone, so it is not told as undone, and may go back once the other has.
    (take,) = (act for act in history.acts(shop.store, shop.agent, begun.id) if act.verb == "take")
    assert (take.undone, take.why_not) == (False, "changed since by wei (assign)")
    for _n in range(2):
        undo.undo(shop.store, wei)
    assert undo.undo_act(shop.store, shop.agent, take.id).changed == (begun.id,)
    assert shop.one().assignee is None


def test_who_came_later_is_told_by_the_order_of_acts_and_not_by_clocks(shop: Shop, begun: ConversationRow) -> None:
    wei = agents.who(shop.store, "wei")
    triage.unassign(shop.store, wei, [begun.id])
    back = triage.assign(shop.store, wei, [begun.id], "ana")
    with shop.store.write() as tx:
        # The clock was set back meanwhile, or it is another machine's guess of the server's.
        tx.execute_many("UPDATE journal SET at = at - 60000 WHERE act_id = :id", [{"id": back.act_id}])
    outcome = undo.undo_act(shop.store, shop.agent, number(shop, begun, "take"))
    assert outcome.refused == (f"#{begun.ref} was changed since by wei (assign) and was left as it is.",)
    assert shop.one().assignee == "ana"


def test_what_nobody_can_take_back_is_told_so(shop: Shop, begun: ConversationRow) -> None:
    outbox_id = replies.reply(shop.store, shop.agent, begun.id, "Hello", delay_ms=MINUTE).outbox_id
    replies.send_now(shop.store, shop.agent, outbox_id)
    sooner = next(act for act in history.acts(shop.store, shop.agent, begun.id) if act.verb == "send-now")
    assert (sooner.actor, sooner.goes_back, sooner.why_not) == ("ana", False, "undo does not take that back")
    with pytest.raises(Conflict, match="cannot be taken back"):
        undo.undo_act(shop.store, shop.agent, sooner.id)


def test_what_was_written_first_is_sent_again_whatever_the_clock_says(shop: Shop) -> None:
    fields = DraftFields(to="nina@new.example", subject="Your tent")
    made = composing.compose(shop.store, shop.agent, fields, "It is ready.", delay_ms=MINUTE)
    with shop.store.write() as tx:
        tx.execute_many("UPDATE acts SET at = at + 60000 WHERE id = :id", [{"id": made.act_id}])
    undo.undo_act(shop.store, shop.agent, made.act_id)
    assert shop.rows() == ()
    assert undo.redo(shop.store, shop.agent).refused == ()
    assert shop.one().subject == "Your tent"


def test_where_a_conversation_is_goes_back_whole_or_not_at_all(shop: Shop, begun: ConversationRow) -> None:
    triage.snooze(shop.store, shop.agent, [begun.id], until := shop.now() + 60 * MINUTE)
    triage.reopen(shop.store, shop.agent, [begun.id])
    triage.snooze(shop.store, shop.agent, [begun.id], until)
    first = [act.id for act in history.acts(shop.store, shop.agent, begun.id) if act.verb == "snooze"][-1]
    assert undo.undo_act(shop.store, shop.agent, first).refused
    assert (shop.one("is:snoozed").status, shop.one("is:snoozed").snoozed_until) == (Status.SNOOZED, until)


def test_only_one_s_own_and_only_what_there_is(shop: Shop, begun: ConversationRow) -> None:
    wei = agents.who(shop.store, "wei")
    triage.resolve(shop.store, wei, [begun.id])
    (resolve, *_mine) = history.acts(shop.store, shop.agent, begun.id)
    assert (resolve.goes_back, resolve.why_not) == (False, "wei did it: only they can take it back")
    assert history.acts(shop.store, wei, begun.id)[0].goes_back
    with pytest.raises(Conflict, match="wei did that"):
        undo.undo_act(shop.store, shop.agent, resolve.id)
    with pytest.raises(NotFound):
        undo.undo_act(shop.store, shop.agent, "999999")
    tag = number(shop, begun, "tag")
    with pytest.raises(Conflict, match="not undone"):
        undo.redo_act(shop.store, shop.agent, tag)
    undo.undo_act(shop.store, shop.agent, tag)
    with pytest.raises(Conflict, match="undone already"):
        undo.undo_act(shop.store, shop.agent, tag)
    assert undo.redo_act(shop.store, shop.agent, tag).changed == (begun.id,)


def test_a_reply_comes_back_while_it_is_held_back(shop: Shop, begun: ConversationRow) -> None:
    replies.reply(shop.store, shop.agent, begun.id, "Hello", delay_ms=MINUTE)
    triage.resolve(shop.store, shop.agent, [begun.id])
    reply = next(act for act in history.acts(shop.store, shop.agent, begun.id) if act.verb == "reply")
    assert reply.goes_back
    undo.undo_act(shop.store, shop.agent, reply.id)
    assert shop.one("is:resolved").own_draft
    (again,) = (act for act in history.acts(shop.store, shop.agent, begun.id) if act.verb == "reply")
    assert again.undone


def test_what_became_part_of_another_conversation_stays_away(shop: Shop, begun: ConversationRow) -> None:
    shop.receive("lena@post.example", subject="Another")
    other = shop.one("another")
    triage.trash(shop.store, shop.agent, [begun.id])
    merging.merge(shop.store, agents.who(shop.store, "wei"), [begun.id], other.id)
    outcome = undo.undo_act(shop.store, shop.agent, number(shop, other, "trash"))
    assert (outcome.changed, outcome.refused) == ((), (f"wei merged #{begun.ref} into #{other.ref}.",))
    assert [row.id for row in shop.rows("is:any")] == [other.id]
