"""The query a command line asks for: its words, a view, or both; and which view a name means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from omni_tui.cli.clock import now_ms, zone
from omni_tui.cli.exit import QueryRefused
from omni_tui.model.query import And, Query

if TYPE_CHECKING:
    from omni_tui.model.conversation import Agent
    from omni_tui.model.count import Count
    from omni_tui.model.view import View
    from omni_tui.store import Store


def view_named(store: Store, agent: Agent, name: str) -> View:
    """The view of that name or number, as ``agent`` sees it. Raises NotFound with the nearest, or with all of them."""
    from omni_tui.desk import views

    return views.named(views.listed(store, agent), name)


def query_of(view: View | None, words: Sequence[str]) -> Query:
    """The conversations of ``view`` that match ``words``; days are those of the person's own time zone."""
    parts: list[Query] = []
    if view is not None:
        parts.append(read(view.query))
    if words:
        parts.append(read(" ".join(words)))
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def read(text: str) -> Query:
    """What ``text`` asks for. Raises :class:`QueryRefused`, which points at the character that cannot be read."""
    from omni_tui.desk.query import QueryError, parse

    # The rules of a time zone cost a start of their own to read: only for a query that names days.
    dated = "before:" in text.lower() or "after:" in text.lower()
    try:
        return parse(text, now_ms(), zone() if dated else None)
    except QueryError as error:
        raise QueryRefused(error.message, error.hint, text, error.position) from error


def numbers(counts: Mapping[str, Count]) -> dict[str, int]:
    """The counts as JSON has them; :func:`at_least` tells which went no further."""
    return {name: count.number for name, count in counts.items()}


def at_least(counts: Mapping[str, Count]) -> list[str]:
    """Of which views there are more than were counted."""
    return [name for name, count in counts.items() if count.more]
