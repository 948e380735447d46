"""The fields of views that the journal knows, read and written one at a time: by edits, and by undo."""

from __future__ import annotations

from omni_tui.desk import kept
from omni_tui.desk.views import order
from omni_tui.model.conversation import Agent
from omni_tui.store import Row, Writer
from omni_tui.text.i18n import _

VIEW = "view"
"""The entity of a saved view; its fields are ``name query sort shared kept``."""
PLACE = "view_place"
"""The entity of where an agent keeps a view: the field ``hidden`` of one view, ``order`` of all."""
VIEWS = kept.Kind(
    entity=VIEW,
    columns=("query", "sort"),
    row="view",
    write="set_view",
    name_taken="view_name_taken",
    taken=_("There is another view called {name}."),
    changed=_("The view {name} was changed in another window: {field} is {now} now."),
    left=_("The view {name} has changed since and was left as it is."),
    gone=_("The view {name} is gone."),
    theirs=_("The view {name} is {owner}'s."),
    instead=_("Hide it, or save one like it under another name."),
)


def get(tx: Writer, agent: Agent, entity: str, id: str, field: str) -> str | None:
    """The value of a field as the journal writes it; None where there is no such view."""
    if entity == VIEW:
        return kept.get(tx, VIEWS, id, field)
    if field == "order":
        return " ".join(order(tx, agent.id))
    places = {row["view_id"]: row["hidden"] for row in tx.all("view_places", agent_id=agent.id)}
    return str(places.get(id, 0))


def put(tx: Writer, agent: Agent, entity: str, id: str, field: str, value: str) -> str:
    """Give a field a value; why not, in words, if another view has the name."""
    if entity == VIEW:
        return kept.put(tx, VIEWS, id, field, value)
    _put_place(tx, agent, id, field, value)
    tx.changed(VIEW, agent.id)
    return ""


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
        return VIEWS.left.format(name=shown_name(tx, entity, id))
    return put(tx, agent, entity, id, field, wanted)


def shown_name(tx: Writer, entity: str, id: str) -> str:
    """What an entity of the journal is called."""
    return kept.shown_name(tx, VIEWS, id) or ("" if entity == VIEW else id)
