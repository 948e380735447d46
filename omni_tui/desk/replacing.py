"""Undo and redo of merging, splitting and moving: each message goes back to where the act found it.

A message that somebody moved on since stays where it is. A conversation that came into being by a split becomes part of
the other again with everything that reached it meanwhile; the act remembers that too, so redo parts it again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from omni_tui.desk.conversation_state import conversation
from omni_tui.desk.relocating import PLACED, POINTER, aside, part_drafts, point, relocate, root, settle
from omni_tui.model.ids import uuid7
from omni_tui.store import Row, Writer
from omni_tui.text.i18n import _


@dataclass(slots=True)
class Replaced:
    """Which rows of the journal are done, which conversations changed, and what stayed and why.

    ``folded`` became part of others; what they give up for that is in the journal already.
    """

    rows: list[str] = field(default_factory=list)
    conversations: dict[str, None] = field(default_factory=dict)
    refused: dict[str, None] = field(default_factory=dict)
    folded: set[str] = field(default_factory=set)
    hindered: bool = False


def put_back(tx: Writer, act_id: str, rows: Sequence[Row], *, forward: bool) -> Replaced:
    """Move the messages and conversations of an act back, or forward again. ``rows`` are its rows to be turned.

    ``hindered`` says that a conversation stands elsewhere now: then the whole act stays as it is.
    """
    done = Replaced()
    now, then = ("before_value", "after_value") if forward else ("after_value", "before_value")
    turned = {row["entity_id"]: row for row in rows if row["field"] == POINTER}
    for row in turned.values():
        if why := _hindered(tx, row, row[now], row[then]):
            done.refused[why] = None
            done.hindered = True
    if done.hindered:
        return done
    parted = {id: root(tx, row[now]) for id, row in turned.items() if row[then] is None}
    for id in parted:
        point(tx, id, None)
    _messages(tx, [row for row in rows if row["field"] == PLACED], now, then, turned.keys(), done)
    for id, into in reversed(parted.items()):
        part_drafts(tx, id, into)
    for id, row in turned.items():
        if row[then] is not None:
            _fold(tx, act_id, id, row[then], forward=forward, done=done)
        done.rows.append(row["id"])
        done.conversations[id] = None
    settle(tx, done.conversations)
    return done


def _hindered(tx: Writer, row: Row, now: str | None, then: str | None) -> str:
    """Why a conversation cannot become part of another, or stand by itself again; empty if it can."""
    held = conversation(tx, row["entity_id"])
    if held[POINTER] != now:
        by = tx.one("newest_pointer", id=row["entity_id"])
        who = by["actor"] if by is not None else ""
        return _("#{ref} was merged or parted since by {who} and was left as it is.").format(ref=held["ref"], who=who)
    if then is not None and root(tx, then) == row["entity_id"]:
        return _("#{ref} holds the other conversation now and was left as it is.").format(ref=held["ref"])
    return ""


def _messages(tx: Writer, rows: Sequence[Row], now: str, then: str, turned: Collection[str], done: Replaced) -> None:
    """Move the messages that are still where the act left them; few questions, however many they are."""
    places = {row[name] for row in rows for name in (now, then)}
    tx.foresee([("conversation_root", {"id": place}) for place in places if place not in turned])
    roots = {place: place if place in turned else root(tx, place) for place in places}
    tx.foresee([("messages_in", {"id": id}) for id in set(roots.values())])
    there = {id: {row["id"] for row in tx.all("messages_in", id=id)} for id in set(roots.values())}
    going: dict[str, list[str]] = {}
    for row in rows:
        expected, wanted, id = roots[row[now]], roots[row[then]], row["entity_id"]
        if id in there[expected]:
            going.setdefault(wanted, []).append(id)
            done.rows.append(row["id"])
            done.conversations[expected] = done.conversations[wanted] = None
        elif (message := tx.one("message", id=id)) is not None:
            ref = conversation(tx, message["conversation_id"])["ref"]
            done.refused[_("A message was moved to #{ref} since and stays there.").format(ref=ref)] = None
    for wanted, ids in going.items():
        relocate(tx, ids, wanted)


def _fold(tx: Writer, act_id: str, id: str, into: str, *, forward: bool, done: Replaced) -> None:
    """Make a conversation part of ``into`` once more, with what reached it and became of it meanwhile."""
    target = root(tx, into)
    row = conversation(tx, id)
    tx.run("forget_fields", act_id=act_id, id=id)
    for name, value in aside(row).items():
        _note(tx, act_id, "conversation", id, id, name, (row[name], value), forward, done)
    late = [each["id"] for each in tx.all("messages_in", id=id)]
    point(tx, id, into)
    relocate(tx, late, target)
    for message_id in late:
        _note(tx, act_id, "message", message_id, "", PLACED, (id, into), forward, done)
    done.folded.add(id)
    done.conversations[target] = None


def _note(
    tx: Writer,
    act_id: str,
    entity: str,
    entity_id: str,
    conversation_id: str,
    name: str,
    change: tuple[object, object],
    forward: bool,
    done: Replaced,
) -> None:
    """One more row of an act that is being turned; ``change`` is what is done now."""
    row_id = uuid7()
    before, after = change if forward else reversed(change)
    tx.run(
        "insert_journal",
        id=row_id,
        act_id=act_id,
        entity=entity,
        entity_id=entity_id,
        conversation_id=conversation_id,
        field=name,
        before=None if before is None else str(before),
        after=None if after is None else str(after),
        now=tx.now,
    )
    done.rows.append(row_id)
