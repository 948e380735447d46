"""Undo and redo: each agent's own stack of acts, over all their processes.

A field goes back only where it still has the value the act gave it and nobody changed it since; otherwise it stays, and
the outcome says who changed it. An act none of whose fields could go back is passed over by the next undo. Any act of
one's own can be taken back out of its turn, under the same rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omni_tui.desk import blocking, customer_edits, kept, replacing, roots
from omni_tui.desk.changing import merged
from omni_tui.desk.conversation_state import HELD, conversation, save
from omni_tui.desk.linking import LINK, set_link
from omni_tui.desk.recall import recall, requeue, restore, withdraw_note
from omni_tui.desk.relocating import PLACED, POINTER, root
from omni_tui.desk.snippets import SNIPPETS
from omni_tui.desk.tagging import add_tag, drop_tag, on_conversation
from omni_tui.desk.view_fields import PLACE, VIEW, put_back, shown_name
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import Conflict, NotFound
from omni_tui.model.outcome import Outcome
from omni_tui.store import Row, Store, Writer
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

_INTEGERS = {"snoozed_until", "unread", "priority", "bulk"}
_PLACE = {"status", "snoozed_until"}
"""Where a conversation is: these go back together or not at all, for one without the other means nothing."""
_Standing = dict[str, dict[str, Any]]
"""Conversations as they stand, by their ids."""
TOLD = frozenset({"merged", "split_off", "split_from", "moved_to", "moved_from", "linked"})
"""What only tells a thread of an act: there is nothing to put back."""


def undo(store: Store, agent: Agent) -> Outcome:
    """Take back the agent's last act. Raises Conflict when there is nothing to undo."""

    def undone(tx: Writer) -> Outcome:
        act = tx.one("newest_live_act", agent_id=agent.id)
        if act is None:
            raise Conflict(_("Nothing to undo."))
        outcome = _apply(tx, agent, act, forward=False)
        tx.run("mark_act", id=act["id"], undone_at=tx.now)
        return outcome

    return store.act_durably(undone)


def redo(store: Store, agent: Agent) -> Outcome:
    """Do again what was last undone. Raises Conflict when there is nothing to redo."""

    def done(tx: Writer) -> Outcome:
        live = tx.one("newest_live_act", agent_id=agent.id)
        since = {"seq": live["seq"], "at": live["at"]} if live is not None else {"seq": 0, "at": 0}
        act = tx.one("last_undone_act", agent_id=agent.id, **since)
        if act is None:
            raise Conflict(_("Nothing to redo."))
        outcome = _apply(tx, agent, act, forward=True)
        tx.run("mark_act", id=act["id"], undone_at=None)
        return outcome

    return store.act_durably(done)


def undo_act(store: Store, agent: Agent, act: str) -> Outcome:
    """Take back one act, whatever was done since; what later acts changed as well stays. ``act`` is its id or its
    number. Redo brings it back.

    Raises NotFound for one there is not, Conflict for another agent's and for what is undone.
    """

    def undone(tx: Writer) -> Outcome:
        found = _own(tx, agent, act)
        if not _turnable(tx, found, undone=0):
            raise Conflict(_("That is undone already."), _("Redo brings it back."))
        outcome = _apply(tx, agent, found, forward=False)
        if _turnable(tx, found, undone=1):
            live = tx.one("newest_live_act", agent_id=agent.id)
            # After every act that stands, whatever the clock says: so redo finds it.
            tx.run("mark_act", id=found["id"], undone_at=max(tx.now, live["at"] + 1 if live is not None else 0))
        return outcome

    return store.act_durably(undone)


def redo_act(store: Store, agent: Agent, act: str) -> Outcome:
    """Do one act again that was undone. Raises as :func:`undo_act` does, Conflict for what was not undone."""

    def done(tx: Writer) -> Outcome:
        found = _own(tx, agent, act)
        if not _turnable(tx, found, undone=1):
            raise Conflict(_("That was not undone."))
        outcome = _apply(tx, agent, found, forward=True)
        if _turnable(tx, found, undone=0):
            tx.run("mark_act", id=found["id"], undone_at=None)
        return outcome

    return store.act_durably(done)


def _own(tx: Writer, agent: Agent, act: str) -> Row:
    number = act.isascii() and act.isdigit() and len(act) < 16
    found = tx.one("act", id=tx.value("act_id_of_number", seq=int(act)) or "" if number else act)
    if found is None:
        raise NotFound(
            _("There is no act {act}.").format(act=repr(clean_line(act))),
            _("omni-tui history and a conversation's number list its acts."),
        )
    if found["agent_id"] is None:
        raise Conflict(_("That cannot be taken back."), _("What it changed can be changed again."))
    if found["agent_id"] != agent.id:
        raise Conflict(
            _("{who} did that, and nobody else takes it back.").format(who=clean_line(found["actor"])),
            _("What it changed can be changed again."),
        )
    return found


def _turnable(tx: Writer, act: Row, *, undone: int) -> bool:
    """Whether something of an act is (not) undone; what only tells of it does not count."""
    return any(
        row["undone"] == undone and row["field"] not in TOLD for row in tx.all("journal_of_act", act_id=act["id"])
    )


def _apply(tx: Writer, agent: Agent, act: Row, *, forward: bool) -> Outcome:
    changed: dict[str, None] = {}
    refused: dict[str, None] = {}
    views: dict[str, None] = {}
    snippets: dict[str, None] = {}
    after = {"act_id": act["id"], "seq": act["seq"]}
    tx.foresee([("journal_of_act", {"act_id": act["id"]}), ("later_changes", after)])
    rows = [row for row in tx.all("journal_of_act", act_id=act["id"]) if bool(row["undone"]) is forward]
    later = [] if forward else tx.all("later_changes", **after)
    placed = replacing.put_back(tx, act["id"], rows, forward=forward)
    if placed.hindered:
        return Outcome(act["verb"], (), (), act["id"], tuple(placed.refused))
    changed.update(placed.conversations)
    refused.update(placed.refused)
    for id in placed.rows:
        tx.run("mark_journal", id=id, undone=0 if forward else 1)
    rows = [
        row
        for row in rows
        if row["field"] not in (POINTER, PLACED) and not (row["entity_id"] in placed.folded and row["field"] in HELD)
    ]
    joined = roots.put_back(tx, [row for row in rows if row["field"] == roots.ROOT], forward=forward)
    refused.update(dict.fromkeys(joined.refused))
    customers = dict.fromkeys(joined.names)
    for row in joined.rows:
        tx.run("mark_journal", id=row["id"], undone=0 if forward else 1)
        if row["conversation_id"]:
            changed[root(tx, row["conversation_id"])] = None
    # Who cannot be parted keeps what they got from each other, too.
    kept_together = {roots.CUSTOMER} if joined.refused else set()
    rows = [row for row in rows if row["field"] != roots.ROOT and row["entity"] not in kept_together]
    standing = _standing(tx, rows)
    # What was written may be in a conversation that this one became part of. Or it begins one, and is gone with it.
    written = {row["conversation_id"] for row in rows if row["entity"] == "message" and row["conversation_id"]}
    roots_of = {id: str(tx.value("conversation_root", id=id) or id) for id in written}
    since = _since(tx, later, rows)
    moved = _moved(tx, rows, since, standing, forward)
    for row in rows if forward else reversed(rows):
        in_place = row["field"] not in _PLACE or row["entity_id"] not in moved
        why = since.get(row["id"], "") if in_place else moved[row["entity_id"]]
        why = why or _field(tx, agent, row, standing, forward)
        if why:
            refused[why] = None
            continue
        tx.run("mark_journal", id=row["id"], undone=0 if forward else 1)
        if row["entity"] in (VIEW, PLACE):
            views[shown_name(tx, row["entity"], row["entity_id"])] = None
            continue
        if row["entity"] == roots.CUSTOMER:
            customers[roots.shown_name(tx, row["entity_id"])] = None
        if row["entity"] == SNIPPETS.entity:
            snippets[kept.shown_name(tx, SNIPPETS, row["entity_id"])] = None
        if row["conversation_id"]:
            id = roots_of.get(row["conversation_id"], row["conversation_id"])
            tx.changed("conversation", id)
            changed[id] = None
    return Outcome(
        act["verb"],
        tuple(changed),
        (),
        act["id"],
        tuple(refused),
        views=tuple(views),
        snippets=tuple(snippets),
        customers=tuple(filter(None, customers)),
    )


def _standing(tx: Writer, rows: Sequence[Row]) -> _Standing:
    """The conversations whose fields are to be moved; asked in one round trip, with the tags."""
    ids = dict.fromkeys(row["entity_id"] for row in rows if row["field"] in HELD and row["entity"] == "conversation")
    words = {
        (row["conversation_id"], row["before_value"] or row["after_value"]) for row in rows if row["field"] == "tag"
    }
    tags = [on_conversation(id, word) for id, word in words]
    written = [row for row in rows if row["entity"] == "message" and row["conversation_id"]]
    roots_of = (("conversation_root", {"id": id}) for id in {row["conversation_id"] for row in written})
    sent = (("outbox", {"id": row["after_value"]}) for row in written if row["field"] == "outbox")
    tx.foresee([*(("conversation", {"id": id}) for id in ids), *tags, *roots_of, *sent])
    return {id: conversation(tx, id) for id in ids}


def _since(tx: Writer, later: Sequence[Row], rows: Sequence[Row]) -> dict[str, str]:
    """The rows of an act that must stay though they may read as it left them: somebody changed the same since."""
    concerned = {row["id"] for row in rows}
    found = {row["id"]: row for row in later if row["id"] in concerned}
    return {id: _changed_by(tx, row, row) for id, row in found.items()}


def _moved(tx: Writer, rows: list[Row], since: Mapping[str, str], standing: _Standing, forward: bool) -> dict[str, str]:
    """The conversations that are no longer where the act left them, each with who moved it."""
    now = "before_value" if forward else "after_value"
    # Of an act that changed a field twice, its end is what stands now.
    ends = {
        (row["entity_id"], row["field"]): row
        for row in (reversed(rows) if forward else rows)
        if row["field"] in _PLACE and row["entity"] == "conversation"
    }
    moved = {id: _left(tx, row) for (id, field), row in ends.items() if _text(standing[id][field]) != row[now]}
    return moved | {id: since[row["id"]] for (id, _field), row in ends.items() if row["id"] in since}


def _field(tx: Writer, agent: Agent, row: Row, standing: _Standing, forward: bool) -> str:
    """Move one field; why not, in words, if it must stay. ``standing`` follows."""
    now, then = ("before_value", "after_value") if forward else ("after_value", "before_value")
    field, expected, wanted = row["field"], row[now], row[then]
    if row["entity"] in (VIEW, PLACE):
        return put_back(tx, agent, row, expected, wanted)
    if row["entity"] == SNIPPETS.entity:
        return kept.put_back(tx, SNIPPETS, row, expected, wanted)
    if row["entity"] == roots.CUSTOMER:
        return customer_edits.put_back(tx, row, expected, wanted)
    if field == "tag":
        moved = (
            add_tag(tx, row["conversation_id"], wanted) if wanted else drop_tag(tx, row["conversation_id"], expected)
        )
        return "" if moved else _left(tx, row)
    if field in TOLD:
        return ""
    if field == LINK:
        return "" if set_link(tx, row["entity_id"], str(wanted or expected), wanted is not None) else _left(tx, row)
    if field == blocking.BLOCKED:
        return "" if blocking.put_back(tx, row, expected, wanted) else _changed_since(tx, row)
    if field in ("outbox", "note"):
        # What is called back takes its conversation along.
        standing.pop(row["conversation_id"], None)
    if field == "outbox":
        id = row["after_value"]
        return requeue(tx, agent, row, id) if forward else recall(tx, agent, id)
    if field == "note":
        id = row["after_value"]
        if not forward:
            return withdraw_note(tx, id)
        restore(tx, id, DraftMode.NOTE)
        return ""
    assert field in HELD
    held = standing.get(row["entity_id"]) or conversation(tx, row["entity_id"])
    if _text(held[field]) != expected:
        return _left(tx, row)
    if why := merged(tx, held):
        # What it gave up for that may read as the act left it; where the other one is, is not the act's to say.
        return why
    value = int(wanted) if field in _INTEGERS and wanted is not None else wanted
    standing[row["entity_id"]] = {**held, field: value}
    save(tx, standing[row["entity_id"]])
    return ""


def _changed_since(tx: Writer, row: Row) -> str:
    held = tx.one("identity_by_id", id=row["entity_id"])
    return _("{address} was blocked or unblocked since.").format(address=held["value"] if held is not None else "")


def _left(tx: Writer, row: Row) -> str:
    by = tx.one(
        "last_changer", entity=row["entity"], entity_id=row["entity_id"], field=row["field"], act_id=row["act_id"]
    )
    if by is None or by["at"] < row["at"]:
        ref = conversation(tx, row["conversation_id"])["ref"]
        return _("#{ref} has changed since and was left as it is.").format(ref=ref)
    return _changed_by(tx, row, by)


def _changed_by(tx: Writer, row: Row, by: Row) -> str:
    ref = conversation(tx, row["conversation_id"])["ref"]
    return _("#{ref} was changed since by {actor} ({verb}) and was left as it is.").format(
        ref=ref, actor=by["actor"], verb=by["verb"]
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
