"""Conversations that refer to each other: because a message named another, or because an agent tied them."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.desk.acts import Act
from omni_tui.desk.changing import Tally, merged
from omni_tui.desk.conversation_state import conversation
from omni_tui.desk.relocating import root
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.store import Store, Tx, Writer
from omni_tui.text.i18n import _

LINK = "link"
"""The journal's field; its value is the other conversation's id."""


def link(store: Store, agent: Agent, ids: Sequence[str], to: str) -> Outcome:
    """Have the conversations ``ids`` and ``to`` refer to each other. Raises UsageError for one with itself alone."""
    return _tie(store, agent, "link", ids, to)


def unlink(store: Store, agent: Agent, ids: Sequence[str], to: str) -> Outcome:
    """Take such a tie away. What a message named when it began stays."""
    return _tie(store, agent, "unlink", ids, to)


def related(tx: Tx, conversation_id: str) -> tuple[int, ...]:
    """The numbers of the conversations this one, or a part of it, refers to or is referred to by."""
    return tuple(row["ref"] for row in tx.all("related_numbers", id=conversation_id))


def set_link(tx: Writer, one: str, other: str, there: bool) -> bool:
    """Tie two conversations or part them; False if they were so already."""
    pair = {"a_id": min(one, other), "b_id": max(one, other)}
    if bool(tx.one("is_linked", **pair)) is there:
        return False
    if there:
        tx.run("insert_link", **pair, now=tx.now)
    else:
        tx.run("delete_link", **pair)
    tx.changed("conversation", one)
    tx.changed("conversation", other)
    return True


def _tie(store: Store, agent: Agent, verb: str, ids: Sequence[str], to: str) -> Outcome:
    there = verb == "link"
    others = [id for id in dict.fromkeys(ids) if id != to]
    if not others:
        raise UsageError(_("A conversation is not linked with itself: name another."))

    def tied(tx: Writer) -> Outcome:
        tally = Tally()
        act = Act(tx, verb, agent)
        target = conversation(tx, root(tx, to))
        for id in others:
            row = conversation(tx, id)
            if why := merged(tx, row):
                tally.left[id] = why
                continue
            did = id != target["id"] and set_link(tx, id, target["id"], there)
            if did:
                # One row on each side, so that both threads tell of it; undo goes by the first.
                act.record("conversation", id, id, LINK, *_change(target["id"], there))
                act.record("conversation", target["id"], target["id"], "linked", *_change(row["ref"], there))
            tally.did(id, did)
        return tally.outcome(verb, act)

    return store.act(tied)


def _change(value: object, there: bool) -> tuple[object, object]:
    return (None, value) if there else (value, None)
