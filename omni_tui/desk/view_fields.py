"""The fields of views that the journal knows, read and written one at a time: by edits, and by undo."""

from __future__ import annotations

import unicodedata

from omni_tui.desk.views import order
from omni_tui.model.conversation import Agent
from omni_tui.store import Row, Writer
from omni_tui.text.i18n import _

VIEW = "view"
"""The entity of a saved view; its fields are ``name query sort shared kept``."""
PLACE = "view_place"
"""The entity of where an agent keeps a view: the field ``hidden`` of one view, ``order`` of all."""


def key_of(name: str) -> str:
    """What two names have in common that are the same to people."""
    return unicodedata.normalize("NFKC", name).casefold()


def get(tx: Writer, agent: Agent, entity: str, id: str, field: str) -> str | None:
    """The value of a field as the journal writes it; None where there is no such view."""
    if entity == PLACE and field == "order":
        return " ".join(order(tx, agent.id))
    if entity == PLACE:
        places = {row["view_id"]: row["hidden"] for row in tx.all("view_places", agent_id=agent.id)}
        return str(places.get(id, 0))
    row = tx.one("view", id=id)
    if row is None:
        return None
    if field == "kept":
        return str(int(row["deleted_at"] is None))
    return str(row[field])


def put(tx: Writer, agent: Agent, entity: str, id: str, field: str, value: str) -> str:
    """Give a field a value; why not, in words, if another view has the name."""
    if entity == PLACE:
        _put_place(tx, agent, id, field, value)
        tx.changed(VIEW, agent.id)
        return ""
    row = tx.one("view", id=id)
    assert row is not None
    fields = {name: row[name] for name in ("id", "name", "query", "sort", "shared", "deleted_at")}
    if field == "kept":
        fields["deleted_at"] = None if value == "1" else tx.now
    else:
        fields[field] = int(value) if field == "shared" else value
    name_key = key_of(fields["name"])
    if fields["deleted_at"] is None and _taken(tx, row, name_key):
        return _("There is another view called {name}.").format(name=fields["name"])
    tx.run("set_view", **fields, name_key=name_key, now=tx.now)
    tx.changed(VIEW, id)
    return ""


def _taken(tx: Writer, row: Row, name_key: str) -> bool:
    return tx.one("view_name_taken", id=row["id"], agent_id=row["agent_id"], name_key=name_key) is not None


def _put_place(tx: Writer, agent: Agent, id: str, field: str, value: str) -> None:
    if field == "hidden":
        tx.run("hide_view", agent_id=agent.id, view_id=id, hidden=int(value))
        return
    tx.run("clear_view_order", agent_id=agent.id)
    for position, view_id in enumerate(value.split(), 1):
        tx.run("place_view", agent_id=agent.id, view_id=view_id, position=position)


def put_back(tx: Writer, agent: Agent, row: Row, expected: str | None, wanted: str) -> str:
    """Move a field of a view for undo or redo; why not, in words, if it must stay."""
    entity, id, field = row["entity"], row["entity_id"], row["field"]
    if get(tx, agent, entity, id, field) != expected:
        return _("The view {name} has changed since and was left as it is.").format(name=shown_name(tx, entity, id))
    return put(tx, agent, entity, id, field, wanted)


def shown_name(tx: Writer, entity: str, id: str) -> str:
    """What an entity of the journal is called."""
    row = tx.one("view", id=id)
    return str(row["name"]) if row is not None else ("" if entity == VIEW else id)
