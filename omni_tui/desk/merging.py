"""Merging conversations, splitting one, moving a message; each is one act that undo takes back exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omni_tui.desk import tagging
from omni_tui.desk.acts import Act
from omni_tui.desk.changing import merged, put_tags, record_fields
from omni_tui.desk.conversation_state import conversation
from omni_tui.desk.relocating import PLACED, POINTER, aside, point, relocate, root, settle
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.model.outcome import Outcome
from omni_tui.store import Row, Store, Writer
from omni_tui.text.i18n import _
from omni_tui.text.mail.subject import base_subject

_STANDING = ("trash", "spam", "resolved", "snoozed", "open")
"""From what nobody looks at to what wants an answer: a merged conversation is as its most wanting part."""
_EXCHANGED = ("inbound", "outbound")


def merge(store: Store, agent: Agent, ids: Sequence[str], into: str = "") -> Outcome:
    """Make one conversation of several: all of ``ids`` become part of ``into``, by default of the oldest of them.

    Messages, notes, drafts, tags and links come along; answers to any of them, and their numbers, lead there. Raises
    UsageError where there is nothing to merge.
    """

    def folded(tx: Writer) -> Outcome:
        named = [into, *ids] if into else ids
        tx.foresee(
            [(name, {"id": id}) for id in dict.fromkeys(named) for name in ("conversation", "conversation_root")]
        )
        rows = sorted((conversation(tx, id) for id in dict.fromkeys(ids)), key=lambda row: int(row["ref"]))
        target = conversation(tx, root(tx, into)) if into else _oldest(rows)
        parts = [row for row in rows if row["id"] != target["id"]]
        gone = merged(tx, conversation(tx, into)) if into else ""
        if not parts and gone:
            return Outcome("merge", (), tuple(ids), "", (gone,))  # a colleague did the same, or the other way round
        if not parts:
            raise UsageError(
                _("There is nothing to merge: name two conversations."), _("omni-tui merge 1043 --into 1042")
            )
        act = Act(tx, "merge", agent)
        changed: list[str] = []
        refused: list[str] = []
        told: list[str] = []
        tx.foresee([("customer", {"id": each["customer_id"]}) for each in (target, *parts)])
        for row in parts:
            if why := merged(tx, row):
                refused.append(why)
                continue
            if words := _strangers(tx, row, target):
                told.append(words)
            changed.append(row["id"])
        for row in parts:
            if row["id"] in changed:
                _fold(tx, act, row, target["id"], "merged")
        if changed:
            settle(tx, (*changed, target["id"]))
            changed.append(target["id"])
        return Outcome("merge", tuple(changed), (), act.id, tuple(refused), notices=tuple(told))

    return store.act_durably(folded)


def split(store: Store, agent: Agent, message_id: str) -> Outcome:
    """Make a message and what follows it a conversation of its own, linked to where it was. Raises UsageError where
    either part would be empty, NotFound."""

    def parted(tx: Writer) -> Outcome:
        message = _message(tx, message_id)
        source = conversation(tx, message["conversation_id"])
        everything = tx.all("messages_in", id=source["id"])
        place = (message["received_at"], message["id"])
        going = [row for row in everything if (row["received_at"], row["id"]) >= place]
        if not _exchanged(row for row in everything if (row["received_at"], row["id"]) < place):
            raise UsageError(
                _("Nothing would be left of #{ref}: it begins with that message.").format(ref=source["ref"]),
                _("Choose a later message."),
            )
        if not _exchanged(going):
            raise UsageError(_("A note alone is no conversation."), _("Choose a message of the customer or of yours."))
        new = _begin(tx, source, message, going)
        act = Act(tx, "split", agent)
        # As if it had always been part of the other: undo makes it so.
        act.record("conversation", new["id"], new["id"], "status", "trash", new["status"])
        act.record("conversation", new["id"], new["id"], POINTER, source["id"], None)
        _place(tx, act, [row["id"] for row in going], source["id"], new["id"])
        act.record("conversation", source["id"], source["id"], "split_off", None, new["ref"])
        act.record("conversation", new["id"], new["id"], "split_from", None, source["ref"])
        settle(tx, (source["id"], new["id"]))
        return Outcome("split", (new["id"], source["id"]), (), act.id)

    return store.act_durably(parted)


def move(store: Store, agent: Agent, message_id: str, into: str) -> Outcome:
    """Put one message into another conversation. The last one takes its whole conversation along. Raises NotFound,
    UsageError where it is there already."""

    def placed(tx: Writer) -> Outcome:
        message = _message(tx, message_id)
        source = conversation(tx, message["conversation_id"])
        target = conversation(tx, root(tx, into))
        if source["id"] == target["id"]:
            raise UsageError(_("The message is in #{ref} already.").format(ref=target["ref"]))
        act = Act(tx, "move", agent)
        words = _strangers(tx, source, target)
        if _exchanged(row for row in tx.all("messages_in", id=source["id"]) if row["id"] != message_id):
            _place(tx, act, [message_id], source["id"], target["id"])
            act.record("conversation", source["id"], source["id"], "moved_to", None, target["ref"])
            act.record("conversation", target["id"], target["id"], "moved_from", None, source["ref"])
        else:
            _fold(tx, act, source, target["id"], "merged")
        settle(tx, (source["id"], target["id"]))
        return Outcome("move", (source["id"], target["id"]), (), act.id, notices=(words,) if words else ())

    return store.act_durably(placed)


def _fold(tx: Writer, act: Act, row: Mapping[str, Any], into: str, told: str) -> None:
    """Make a conversation part of another: what undo needs first, then what the other takes over."""
    id = row["id"]
    # All of it before anything is written: few round trips.
    asked = [(name, {"id": id}) for name in ("messages_in", "drafts_in", "tags_of", "conversation_root")]
    tx.foresee([*asked, ("conversation", {"id": into})])
    messages = [each["id"] for each in tx.all("messages_in", id=id)]
    tags = [each["name"] for each in tx.all("tags_of", id=id)]
    missing = tagging.missing(tx, into, tags)
    target = conversation(tx, into)
    for field, value in aside(row).items():
        act.record("conversation", id, id, field, row[field], value)
    act.record("conversation", id, id, POINTER, None, into)
    point(tx, id, into)
    _place(tx, act, messages, id, into)
    act.record("conversation", into, into, told, None, row["ref"])
    record_fields(tx, act, target, _taken_over(row, target))
    put_tags(tx, act, into, missing)


def _taken_over(row: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    """What the conversation that stays takes over from one that becomes part of it."""
    first = max(row, target, key=lambda each: _STANDING.index(each["status"]))
    ends = [each["snoozed_until"] for each in (row, target) if each["snoozed_until"] is not None]
    return {
        "status": first["status"],
        "snoozed_until": min(ends) if first["status"] == "snoozed" and ends else None,
        "unread": max(row["unread"], target["unread"]) if first["status"] == "open" else target["unread"],
        "assignee_id": target["assignee_id"] or row["assignee_id"],
        "priority": max(row["priority"], target["priority"]),
        "bulk": min(row["bulk"], target["bulk"]),
    }


def _place(tx: Writer, act: Act, messages: Sequence[str], before: str, after: str) -> None:
    relocate(tx, messages, after)
    for id in messages:
        act.record("message", id, "", PLACED, before, after)


def _begin(tx: Writer, source: Mapping[str, Any], message: Row, going: Sequence[Row]) -> dict[str, Any]:
    newest = [row for row in going if row["direction"] in _EXCHANGED][-1]
    status = source["status"] if source["status"] in ("spam", "trash") else "open"
    id = uuid7()
    tx.run(
        "insert_conversation",
        id=id,
        ref=tx.next("conversation"),
        customer_id=_customer(tx, going) or source["customer_id"],
        channel_id=source["channel_id"],
        subject=base_subject(message["subject"]) or source["subject"],
        status=status,
        bulk=source["bulk"],
        settled=1,
        last_at=newest["received_at"],
        last_direction=newest["direction"],
        related_id=source["id"],
        now=tx.now,
    )
    row = {**conversation(tx, id), "assignee_id": source["assignee_id"], "priority": source["priority"]}
    tx.run("take_after", id=id, assignee_id=row["assignee_id"], priority=row["priority"])
    return row


def _customer(tx: Writer, going: Sequence[Row]) -> str:
    for row in going:
        if row["direction"] == "inbound":
            found = tx.value("customer_of_message", id=row["id"])
            if found is not None:
                return str(found)
    return ""


def _message(tx: Writer, id: str) -> Row:
    found = tx.one("message", id=id)
    if found is None or (found["deleted_at"] is not None and found["direction"] != "inbound"):
        raise NotFound(_("There is no such message."))
    return found


def _exchanged(rows: Any) -> bool:
    return any(row["direction"] in _EXCHANGED and row["deleted_at"] is None for row in rows)


def _oldest(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    standing = [row for row in rows if row[POINTER] is None]
    if not standing:
        raise UsageError(_("There is nothing to merge: these are parts of other conversations already."))
    return standing[0]


def _strangers(tx: Writer, row: Mapping[str, Any], target: Mapping[str, Any]) -> str:
    """That two customers' words come together, for whoever did not mean it."""
    mine, theirs = (tx.one("customer", id=each["customer_id"]) for each in (row, target))
    if mine is None or theirs is None or mine["id"] == theirs["id"]:
        return ""
    return _("#{ref} is from {name}, #{into} from {other}: look whom a reply goes to.").format(
        ref=row["ref"], name=mine["name"] or _("somebody"), into=target["ref"], other=theirs["name"] or _("somebody")
    )
