"""Changing what conversations say of themselves, within one act: their fields and their tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omni_tui.desk import tagging
from omni_tui.desk.acts import Act
from omni_tui.desk.collisions import Seen, newest_status, outdated, replaced
from omni_tui.desk.conversation_state import HELD, conversation, save
from omni_tui.model.conversation import Agent
from omni_tui.model.outcome import Outcome
from omni_tui.store import Tx, Writer
from omni_tui.store.foreseen import Question
from omni_tui.text.i18n import _

Change = Callable[[Mapping[str, Any]], dict[str, Any]]
"""What a conversation's fields are to become."""


@dataclass(slots=True)
class Tally:
    """What became of the conversations an act was about; one that was refused is left alone by what follows."""

    changed: dict[str, None] = field(default_factory=dict)
    untouched: dict[str, None] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)

    def did(self, id: str, changed: bool) -> None:
        """``id`` was changed, or was so already."""
        if changed:
            self.untouched.pop(id, None)
            self.changed[id] = None
        elif id not in self.changed:
            self.untouched[id] = None

    def outcome(self, verb: str, act: Act) -> Outcome:
        """All of it."""
        refused = tuple(dict.fromkeys(self.left.values()))
        return Outcome(
            verb, tuple(self.changed), tuple(self.untouched), act.id, refused, tuple(dict.fromkeys(self.replaced))
        )


def change_fields(
    tx: Writer, act: Act, agent: Agent, ids: Iterable[str], change: Change, seen: Seen, tally: Tally
) -> None:
    """Bring each conversation to what ``change`` says, unless it is no longer as it was ``seen``."""
    todo: list[tuple[Mapping[str, Any], dict[str, Any]]] = []
    ids = _distinct(ids, tally)
    # All that is looked at before anything is written: one round trip, however many they are.
    tx.foresee([("agents", {}), *(question for id in ids for question in (_itself(id), newest_status(id)))])
    for id in ids:
        row = conversation(tx, id)
        if why := merged(tx, row):
            tally.left[id] = why
            continue
        wanted = {name: value for name, value in change(row).items() if row[name] != value}
        if not wanted:
            tally.did(id, False)
            continue
        # What this act itself changed before is not somebody else's doing.
        shown = None if id in tally.changed else seen.get(id)
        if why := outdated(tx, agent, row, wanted, shown):
            tally.left[id] = why
            continue
        if id not in tally.changed and (words := replaced(tx, agent, row, wanted)):
            tally.replaced.append(words)
        todo.append((row, wanted))
    for found, wanted in todo:
        record_fields(tx, act, found, wanted)
        tally.did(found["id"], True)


def record_fields(tx: Writer, act: Act, row: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Set the fields of one conversation that differ, and note each in the journal."""
    differing = {name: wanted[name] for name in HELD if name in wanted and row[name] != wanted[name]}
    for name, value in differing.items():
        act.record("conversation", row["id"], row["id"], name, row[name], value)
    if differing:
        save(tx, {**row, **differing, "settled": 1})


def change_tags(tx: Writer, act: Act, ids: Iterable[str], words: Sequence[str], tally: Tally, *, adds: bool) -> None:
    """Put tags on conversations, or take them off."""
    ids = _distinct(ids, tally)
    tx.foresee([*map(_itself, ids), *(tagging.on_conversation(id, word) for id in ids for word in words)])
    todo: dict[str, dict[str, str]] = {}
    for id in ids:
        row = conversation(tx, id)
        if why := merged(tx, row):
            tally.left[id] = why
            continue
        todo[id] = (tagging.missing if adds else tagging.present)(tx, id, words)
    _record_tags(tx, act, todo, adds=adds)
    for id, found in todo.items():
        tally.did(id, bool(found))


def put_tags(tx: Writer, act: Act, id: str, missing: Mapping[str, str]) -> None:
    """Put tags on one conversation that are not there (:func:`omni_tui.desk.tagging.missing`)."""
    _record_tags(tx, act, {id: missing}, adds=True)


def _record_tags(tx: Writer, act: Act, found: Mapping[str, Mapping[str, str]], *, adds: bool) -> None:
    """Change tags (name and id) of conversations by their ids, and note each in the journal."""
    made: dict[str, str] = {}
    for id, tags in found.items():
        for word, known in tags.items():
            if adds:
                tag_id = known or made.get(word) or tagging.make(tx, word)
                made[word] = tag_id
                tagging.put_on(tx, id, tag_id)
            else:
                tagging.take_off(tx, id, known)
            act.record("conversation", id, id, "tag", None if adds else word, word if adds else None)


def merged(tx: Tx, row: Mapping[str, Any]) -> str:
    """Where a conversation went, in words, if it was merged into another; empty if it stands by itself."""
    if row["merged_into"] is None:
        return ""
    into = tx.one("conversation", id=tx.value("conversation_root", id=row["id"]))
    by = tx.one("newest_pointer", id=row["id"])
    if into is None or by is None:
        return _("#{ref} was merged into another conversation.").format(ref=row["ref"])
    return _("{who} merged #{ref} into #{into}.").format(who=by["actor"], ref=row["ref"], into=into["ref"])


def _itself(id: str) -> Question:
    return "conversation", {"id": id}


def _distinct(ids: Iterable[str], tally: Tally) -> list[str]:
    return [id for id in dict.fromkeys(ids) if id not in tally.left]
