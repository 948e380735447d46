"""What agents do to views: save, rename, move, share, hide, delete. Each is one act that undo takes back.

A saved view is changed by whoever saved it; everybody may move and hide any view for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from omni_tui.desk import kept, view_fields, views
from omni_tui.desk.acts import Act
from omni_tui.desk.query import parse
from omni_tui.desk.view_fields import PLACE, VIEWS
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import Conflict, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.model.outcome import Outcome
from omni_tui.model.view import Sort, View
from omni_tui.store import Store, Writer
from omni_tui.text.clean import clean_line, storable
from omni_tui.text.i18n import _

_NUMBER = re.compile(r"[0-9]")


def view_name(name: str) -> str:
    """A name as it is kept: one line, single spaces. Raises UsageError."""
    words = " ".join(storable(clean_line(name)).split())
    if not words or len(words) > kept.LONGEST_NAME or words.startswith("-") or _NUMBER.fullmatch(words):
        raise UsageError(
            _("{name} cannot be the name of a view.").format(name=repr(clean_line(name))),
            _("A name has up to {longest} characters, and is no single digit: those are the numbers of views.").format(
                longest=kept.LONGEST_NAME
            ),
        )
    if any(kept.key_of(words) in (view.id, view.title.casefold()) for view in views.BUILT_IN):
        raise Conflict(_("{name} is built in.").format(name=words), _("Choose another name."))
    return words


def save(
    store: Store, agent: Agent, name: str, query: str, *, sort: Sort = "activity", shared: bool = False
) -> Outcome:
    """Keep ``query`` as a view of that name. Raises QueryError with the place it cannot be read at, Conflict for a
    name that is taken."""
    name, query = view_name(name), _query(store, query)

    def saved(tx: Writer) -> Outcome:
        act = Act(tx, "view save", agent)
        id = uuid7()
        tx.run(
            "insert_view",
            id=id,
            agent_id=agent.id,
            name=name,
            name_key=kept.key_of(name),
            query=query,
            sort=sort,
            shared=int(shared),
            now=tx.now,
        )
        kept.record(tx, act, VIEWS, id, "kept", "1")
        return Outcome("view save", (), act_id=act.id, views=(name,))

    return store.act_durably(saved)


def change(store: Store, agent: Agent, view: View, query: str, *, sort: Sort = "activity") -> Outcome:
    """Give a saved view another query. Raises QueryError, and Conflict if it is no longer as ``view`` shows it."""
    query = _query(store, query)
    return _edit(store, agent, "view change", view, (("query", view.query, query), ("sort", view.sort, sort)))


def rename(store: Store, agent: Agent, view: View, name: str) -> Outcome:
    """Call a saved view something else."""
    return _edit(store, agent, "view rename", view, (("name", view.name, view_name(name)),))


def share(store: Store, agent: Agent, view: View) -> Outcome:
    """Let every agent see a saved view."""
    return _edit(store, agent, "view share", view, (("shared", str(int(view.shared)), "1"),))


def unshare(store: Store, agent: Agent, view: View) -> Outcome:
    """Keep a saved view to oneself again."""
    return _edit(store, agent, "view unshare", view, (("shared", str(int(view.shared)), "0"),))


def delete(store: Store, agent: Agent, view: View) -> Outcome:
    """Throw a saved view away; the conversations in it stay where they are."""
    return _edit(store, agent, "view delete", view, (("kept", "1", "0"),))


def move(store: Store, agent: Agent, view: View, number: int) -> Outcome:
    """Put any view at a place, counted from 1, in the agent's own order; the others make room."""
    if view.hidden:
        raise Conflict(_("{name} is hidden.").format(name=view.name), _("Show it first, then it has a place."))
    if number < 1:
        raise UsageError(_("Places are counted from 1."))

    def moved(tx: Writer) -> Outcome:
        act = Act(tx, "view move", agent)
        ids = [each.id for each in views.read(tx, agent)]
        if view.id not in ids:
            raise kept.is_gone(VIEWS, view)
        ids.remove(view.id)
        ids.insert(number - 1, view.id)
        done = _put_place(tx, act, agent, view.id, "order", " ".join(ids))
        return Outcome("view move", (), act_id=act.id, views=(view.name,) if done else ())

    return store.act(moved)


def hide(store: Store, agent: Agent, view: View) -> Outcome:
    """Keep any view out of the agent's sight; it can still be asked for by name."""
    return _place(store, agent, "view hide", view, "1")


def unhide(store: Store, agent: Agent, view: View) -> Outcome:
    """Show a hidden view again."""
    return _place(store, agent, "view unhide", view, "0")


def _place(store: Store, agent: Agent, verb: str, view: View, hidden: str) -> Outcome:

    def placed(tx: Writer) -> Outcome:
        act = Act(tx, verb, agent)
        shown = [each for each in views.read(tx, agent) if not each.hidden]
        if hidden == "1" and [each.id for each in shown] == [view.id]:
            raise Conflict(_("It is the last view in sight."), _("Show another one first."))
        done = _put_place(tx, act, agent, view.id, "hidden", hidden)
        return Outcome(verb, (), act_id=act.id, views=(view.name,) if done else ())

    return store.act(placed)


def _edit(store: Store, agent: Agent, verb: str, view: View, changes: Sequence[kept.Change]) -> Outcome:
    if view.owner is None:
        raise Conflict(
            _("{name} is built in.").format(name=view.title), _("It can be hidden, moved, or saved under another name.")
        )
    act_id, name = kept.edit(store, agent, VIEWS, verb, view, changes)
    return Outcome(verb, (), act_id=act_id, views=(name,) if name else ())


def _put_place(tx: Writer, act: Act, agent: Agent, id: str, field: str, value: str) -> bool:
    before = view_fields.get(tx, agent, PLACE, id, field)
    if before == value:
        return False
    view_fields.put(tx, agent, PLACE, id, field, value)
    act.record(PLACE, id, "", field, before, value)
    return True


def _query(store: Store, query: str) -> str:
    text = " ".join(storable(query).split())
    if not text:
        raise UsageError(_("A view needs a query."), _("Such as: is:open tag:refund"))
    with store.read() as tx:
        parse(text, tx.now)
    return text
