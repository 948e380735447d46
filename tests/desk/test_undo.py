"""Every action goes back, field by field, and never over somebody else's later change."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.shop import DAY, Shop

from omni_tui.desk import agents, blocking, drafts, forwarding, journal, outbox, replies, thread, timers, triage, undo
from omni_tui.desk.actions import ACTIONS, action
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import Direction, DraftMode, Status
from omni_tui.model.errors import Conflict, NotFound, UsageError

TRIAGE: dict[str, Callable[[Shop, str], object]] = {
    "assign": lambda shop, id: triage.assign(shop.store, shop.agent, [id], "ana"),
    "unassign": lambda shop, id: triage.unassign(shop.store, shop.agent, [id]),
    "take": lambda shop, id: triage.take(shop.store, shop.agent, [id]),
    "tag": lambda shop, id: triage.tag(shop.store, shop.agent, [id], ["退款"]),
    "untag": lambda shop, id: triage.untag(shop.store, shop.agent, [id], ["vip"]),
    "resolve": lambda shop, id: triage.resolve(shop.store, shop.agent, [id]),
    "reopen": lambda shop, id: triage.reopen(shop.store, shop.agent, [id]),
    "snooze": lambda shop, id: triage.snooze(shop.store, shop.agent, [id], shop.now() + DAY),
    "priority": lambda shop, id: triage.priority(shop.store, shop.agent, [id], "urgent"),
    "spam": lambda shop, id: triage.spam(shop.store, shop.agent, [id]),
    "not_spam": lambda shop, id: triage.not_spam(shop.store, shop.agent, [id]),
    "trash": lambda shop, id: triage.trash(shop.store, shop.agent, [id]),
    "block": lambda shop, id: blocking.block(shop.store, shop.agent, [id]),
    "unblock": lambda shop, id: blocking.unblock(shop.store, shop.agent, [id]),
    "unread": lambda shop, id: triage.unread(shop.store, shop.agent, [id]),
    "note": lambda shop, id: replies.note(shop.store, shop.agent, id, "checked"),
    "reply": lambda shop, id: replies.reply(shop.store, shop.agent, id, "Hello", delay_ms=60_000),
    "reply_all": lambda shop, id: replies.reply(
        shop.store, shop.agent, id, "Hello", cc=["carl@post.example"], delay_ms=60_000
    ),
    "forward": lambda shop, id: forwarding.forward(
        shop.store,
        shop.agent,
        thread.open_thread(shop.store, shop.agent, id).messages[0].id,
        ["depot@carrier.example"],
        "Hello",
        delay_ms=60_000,
    ),
}
WRITTEN = {
    "reply": DraftMode.REPLY,
    "reply_all": DraftMode.REPLY,
    "note": DraftMode.NOTE,
    "forward": DraftMode.FORWARD,
}
"""What becomes a draft again."""

OVER_SEVERAL = {"merge", "split", "move", "link", "unlink", "separate", "compose"}
"""In test_merging.py, test_claims.py and test_composing.py: they need other than one conversation with a message."""
ALONE = [
    action.name
    for action in ACTIONS
    if action.undo != "none" and action.about == "conversation" and action.name not in OVER_SEVERAL
]


def prepared(shop: Shop, verb: str) -> str:
    """A conversation in which ``verb`` changes something."""
    shop.receive("lena@post.example")
    id = shop.one().id
    thread.mark_seen(shop.store, id)
    if verb == "unassign":
        triage.assign(shop.store, agents.who(shop.store, "wei"), [id], "wei")
    if verb == "untag":
        triage.tag(shop.store, agents.who(shop.store, "wei"), [id], ["vip"])
    if verb == "not_spam":
        triage.spam(shop.store, agents.who(shop.store, "wei"), [id])
    if verb == "unblock":
        blocking.block(shop.store, agents.who(shop.store, "wei"), [id])
    if verb == "reopen":
        triage.resolve(shop.store, agents.who(shop.store, "wei"), [id])
    return id


def state(shop: Shop) -> tuple[ConversationRow, list[str]]:
    row = shop.one()
    messages = thread.open_thread(shop.store, shop.agent, row.id).messages
    return row, [m.text for m in messages if m.direction is not Direction.EVENT]


@pytest.mark.parametrize("verb", ALONE)
def test_undo_restores_and_redo_repeats(shop: Shop, verb: str) -> None:
    id = prepared(shop, verb)
    before = state(shop)
    TRIAGE[verb](shop, id)
    after = state(shop)
    assert after != before
    undone = undo.undo(shop.store, shop.agent)
    assert (undone.verb, undone.changed, undone.refused) == (
        "reply" if verb == "reply_all" else action(verb).verb,
        (id,),
        (),
    )
    back = state(shop)
    if (mode := WRITTEN.get(verb)) is not None:
        draft = drafts.load(shop.store, shop.agent, id, mode)
        assert draft is not None and draft.body in ("Hello", "checked")
        drafts.discard(shop.store, shop.agent, id, mode)
        back = state(shop)
    assert back == before
    undo.redo(shop.store, shop.agent)
    assert state(shop)[0].status == after[0].status
    assert state(shop)[1] == after[1]
    assert state(shop)[0].tags == after[0].tags


def test_doing_what_is_so_already_leaves_no_trace(shop: Shop) -> None:
    id = prepared(shop, "take")
    outcome = triage.unassign(shop.store, shop.agent, [id])
    assert (outcome.changed, outcome.untouched, outcome.act_id) == ((), (id,), "")
    with pytest.raises(Conflict, match="Nothing to undo"):
        undo.undo(shop.store, shop.agent)


def test_one_act_over_many_goes_back_as_one(shop: Shop) -> None:
    for n in range(3):
        shop.receive(f"c{n}@post.example")
    triage.resolve(shop.store, shop.agent, [row.id for row in shop.rows()])
    assert shop.rows("is:open") == ()
    undo.undo(shop.store, shop.agent)
    assert len(shop.rows("is:open")) == 3


def test_a_later_change_of_a_colleague_stays_and_is_named(shop: Shop) -> None:
    id = prepared(shop, "take")
    triage.take(shop.store, shop.agent, [id])
    wei = agents.who(shop.store, "wei")
    triage.take(shop.store, wei, [id])
    outcome = undo.undo(shop.store, shop.agent)
    assert outcome.changed == ()
    assert "wei" in outcome.refused[0]
    assert shop.one().assignee == "wei"


def test_the_stack_is_the_agents_own(shop: Shop) -> None:
    id = prepared(shop, "tag")
    triage.tag(shop.store, shop.agent, [id], ["mine"])
    triage.tag(shop.store, agents.who(shop.store, "wei"), [id], ["theirs"])
    undo.undo(shop.store, shop.agent)
    assert shop.one().tags == ("theirs",)


def test_a_reply_that_has_left_stays_and_the_next_undo_goes_further(shop: Shop) -> None:
    id = prepared(shop, "reply")
    triage.take(shop.store, shop.agent, [id])
    replies.reply(shop.store, shop.agent, id, "Hello")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, {"shop"})
    assert claimed is not None
    assert "has left" in undo.undo(shop.store, shop.agent).refused[0]
    assert undo.undo(shop.store, shop.agent).verb == "take"
    assert shop.one().assignee is None


def test_a_new_act_ends_what_could_be_redone(shop: Shop) -> None:
    id = prepared(shop, "take")
    triage.take(shop.store, shop.agent, [id])
    undo.undo(shop.store, shop.agent)
    triage.tag(shop.store, shop.agent, [id], ["vip"])
    with pytest.raises(Conflict, match="Nothing to redo"):
        undo.redo(shop.store, shop.agent)


def test_a_customers_message_beats_undo_of_resolve(shop: Shop) -> None:
    message = shop.receive("lena@post.example")
    id = shop.one().id
    triage.resolve(shop.store, shop.agent, [id])
    shop.receive("lena@post.example", reply_keys=(message.key,))
    assert undo.undo(shop.store, shop.agent).refused
    assert shop.one().status is Status.OPEN


def test_what_happened_stands_between_the_messages_and_undone_acts_do_not(shop: Shop) -> None:
    id = prepared(shop, "take")
    triage.assign(shop.store, shop.agent, [id], "ana")
    triage.tag(shop.store, shop.agent, [id], ["vip", "urgent"])
    triage.take(shop.store, agents.who(shop.store, "wei"), [id])
    undo.undo(shop.store, agents.who(shop.store, "wei"))
    events = [m for m in thread.open_thread(shop.store, shop.agent, id).messages if m.direction is Direction.EVENT]
    told = [(e.author.name, e.verb, e.detail) for e in events]
    assert told == [("ana", "assign", "ana"), ("ana", "tag", "vip urgent")]
    entries = journal.entries(shop.store, id)
    assert (entries[0].actor, entries[0].verb, entries[0].undone) == ("wei", "take", True)


def test_snoozes_end_by_the_clock(shop: Shop) -> None:
    id = prepared(shop, "snooze")
    with pytest.raises(UsageError):
        triage.snooze(shop.store, shop.agent, [id], shop.now() - 1)
    triage.snooze(shop.store, shop.agent, [id], shop.now() + DAY)
    assert timers.due_snoozes(shop.store) == ()
    assert timers.next_snooze(shop.store) is not None
    with shop.store.write() as tx:
        tx.query("UPDATE conversations SET snoozed_until = :now", {"now": tx.now})
    assert timers.due_snoozes(shop.store) == (id,)
    row = shop.one("is:open")
    assert row.unread and row.snoozed_until is None


def test_wrong_names_are_refused_with_the_nearest(shop: Shop) -> None:
    id = prepared(shop, "tag")
    agents.who(shop.store, "wei")
    with pytest.raises(NotFound) as found:
        triage.assign(shop.store, shop.agent, [id], "wie")
    assert "wei" in found.value.hint
    with pytest.raises(UsageError):
        triage.tag(shop.store, shop.agent, [id], ["a:b"])
    with pytest.raises(NotFound):
        triage.take(shop.store, shop.agent, ["no-such-id"])


def test_undo_of_a_snooze_leaves_a_colleagues_later_snooze_whole(shop: Shop) -> None:
    id = prepared(shop, "snooze")
    wei = agents.who(shop.store, "wei")
    triage.snooze(shop.store, shop.agent, [id], shop.now() + DAY)
    later = shop.now() + 2 * DAY
    triage.snooze(shop.store, wei, [id], later)
    outcome = undo.undo(shop.store, shop.agent)
    assert len(outcome.refused) == 1 and "wei" in outcome.refused[0]
    assert (shop.one().status, shop.one().snoozed_until) == (Status.SNOOZED, later)


def test_what_stays_is_told_once_whatever_its_fields(shop: Shop) -> None:
    message = shop.receive("lena@post.example")
    triage.snooze(shop.store, shop.agent, [shop.one().id], shop.now() + DAY)
    shop.receive("lena@post.example", reply_keys=(message.key,))
    assert len(undo.undo(shop.store, shop.agent).refused) == 1
    assert (shop.one().status, shop.one().snoozed_until) == (Status.OPEN, None)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.tuples(st.booleans(), st.sampled_from([*TRIAGE, "undo", "redo", "mail"])), max_size=14))
def test_two_agents_undo_and_redo_at_will(steps: list[tuple[bool, str]]) -> None:
    """Whatever two people do and take back in turns, no conversation ends in a state that means nothing."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "store")
        message = shop.receive("lena@post.example")
        id, ana, wei = shop.one().id, shop.agent, agents.who(shop.store, "wei")
        for first, step in steps:
            shop.agent = ana if first else wei
            if step == "mail":
                shop.receive("lena@post.example", reply_keys=(message.key,))
                continue
            with contextlib.suppress(Conflict):
                if step in TRIAGE:
                    TRIAGE[step](shop, id)
                else:
                    getattr(undo, step)(shop.store, shop.agent)
            row = shop.one()
            assert (row.status is Status.SNOOZED) == (row.snoozed_until is not None)
            shown = [m for m in thread.open_thread(shop.store, shop.agent, id).messages if m.outbox]
            assert all((m.outbox is not None and m.outbox.state == "queued") for m in shown)
        shop.store.close()


@pytest.mark.parametrize("login", ["x y", "a\x1b[31m", "l" * 65, "a,b"])
def test_a_login_is_one_plain_word(shop: Shop, login: str) -> None:
    with pytest.raises(UsageError):
        agents.who(shop.store, login)
    assert agents.who(shop.store, "李雷").login == "李雷"
