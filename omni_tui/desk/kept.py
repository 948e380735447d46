"""What agents keep under a name, views and snippets: whose it is, who sees it, its fields as the journal has them.

Whoever saved such a thing changes it; one that is shared everybody sees. A name is an agent's only once, and among the
shared ones once for all. Fields are read and written one at a time, by edits and by undo; a thing is there while its
field ``kept`` is ``1``, so that making, deleting and bringing back are one way.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from omni_tui.desk.acts import Act
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import Conflict, NotFound
from omni_tui.store import Row, Store, Writer
from omni_tui.text.i18n import _

LONGEST_NAME = 40
Change = tuple[str, str, str]
"""A field with the value it was shown with, and the one it gets."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing: its name in the journal and the feed, its columns beside ``shared`` and ``deleted_at``, its
    statements by name, and the sentences about one, with ``{name}``, ``{owner}``, ``{field}`` and ``{now}``."""

    entity: str
    columns: tuple[str, ...]
    row: str
    write: str
    name_taken: str
    taken: str
    changed: str
    left: str
    gone: str
    theirs: str
    instead: str


class Held(Protocol):
    """A thing as an agent was shown it; ``owner`` is the login of whoever saved it."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def owner(self) -> str | None: ...


def key_of(name: str) -> str:
    """What two names have in common that are the same to people."""
    return unicodedata.normalize("NFKC", name).casefold()


def get(tx: Writer, kind: Kind, id: str, field: str) -> str | None:
    """The value of a field as the journal writes it; None where there is no such thing."""
    row = tx.one(kind.row, id=id)
    if row is None:
        return None
    if field == "kept":
        return str(int(row["deleted_at"] is None))
    return str(row[field])


def put(tx: Writer, kind: Kind, id: str, field: str, value: str) -> str:
    """Give a field a value; why not, in words, if another one has the name."""
    row = tx.one(kind.row, id=id)
    assert row is not None
    fields = {name: row[name] for name in ("id", "name", "shared", "deleted_at", *kind.columns)}
    if field == "kept":
        fields["deleted_at"] = None if value == "1" else tx.now
    else:
        fields[field] = int(value) if field == "shared" else value
    name_key = key_of(fields["name"])
    other = tx.one(kind.name_taken, id=id, agent_id=row["agent_id"], name_key=name_key)
    if fields["deleted_at"] is None and other is not None:
        return kind.taken.format(name=fields["name"])
    tx.run(kind.write, **fields, name_key=name_key, now=tx.now)
    tx.changed(kind.entity, id)
    return ""


def put_back(tx: Writer, kind: Kind, row: Row, expected: str | None, wanted: str) -> str:
    """Move a field for undo or redo, by its ``row`` of the journal; why not, in words, if it must stay."""
    id, field = row["entity_id"], row["field"]
    if get(tx, kind, id, field) != expected:
        return kind.left.format(name=shown_name(tx, kind, id))
    return put(tx, kind, id, field, wanted)


def shown_name(tx: Writer, kind: Kind, id: str) -> str:
    """What a thing is called now; empty where it never was."""
    row = tx.one(kind.row, id=id)
    return str(row["name"]) if row is not None else ""


def record(tx: Writer, act: Act, kind: Kind, id: str, field: str, value: str) -> bool:
    """Give a field a value as part of an act; False if it has it. Raises Conflict where another one has the name."""
    before = get(tx, kind, id, field)
    if before == value:
        return False
    refused = put(tx, kind, id, field, value)
    if refused:
        raise Conflict(refused, _("Choose another name."))
    act.record(kind.entity, id, "", field, before, value)
    return True


def edit(store: Store, agent: Agent, kind: Kind, verb: str, held: Held, changes: Sequence[Change]) -> tuple[str, str]:
    """Each field goes from what was shown to its new value, or none does: the act, and the name it has now (both empty
    if nothing changed).

    Raises Conflict for what is another agent's or was changed elsewhere, NotFound for what is gone.
    """

    def edited(tx: Writer) -> tuple[str, str]:
        act = Act(tx, verb, agent)
        _check_owned(tx, agent, kind, held)
        done = False
        for field, before, after in changes:
            if before == after:
                continue
            if (now := get(tx, kind, held.id, field)) not in (before, after):
                raise Conflict(
                    kind.changed.format(name=held.name, field=field, now=now),
                    _("Nothing was changed. Look at it, and try again."),
                )
            done = record(tx, act, kind, held.id, field, after) or done
        return act.id, shown_name(tx, kind, held.id) if done else ""

    return store.act_durably(edited)


def is_gone(kind: Kind, held: Held) -> NotFound:
    """The error for one that is not there any more."""
    return NotFound(kind.gone.format(name=held.name), _("It was deleted meanwhile."))


def _check_owned(tx: Writer, agent: Agent, kind: Kind, held: Held) -> None:
    row = tx.one(kind.row, id=held.id)
    if row is None or row["deleted_at"] is not None:
        raise is_gone(kind, held)
    if row["agent_id"] != agent.id:
        raise Conflict(kind.theirs.format(name=held.name, owner=held.owner), kind.instead)
