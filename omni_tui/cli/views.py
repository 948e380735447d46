"""The query a command line asks for: its words, a view, or both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omni_tui.cli.clock import now_ms, zone
from omni_tui.model.errors import NotFound
from omni_tui.model.query import And, Query
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.desk.inbox import View


def view_named(name: str) -> View:
    """The view ``name``. Raises :class:`NotFound` with the nearest, or with all of them."""
    from omni_tui.desk import inbox

    views = {each.name: each for each in inbox.VIEWS}
    if name in views:
        return views[name]
    from difflib import get_close_matches

    near = get_close_matches(name, views, n=1)
    raise NotFound(
        _("There is no view {name}.").format(name=repr(name)),
        _("Did you mean {near}?").format(near=near[0]) if near else _("Views: {views}").format(views=", ".join(views)),
    )


def query_of(view: View | None, words: Sequence[str]) -> Query:
    """The conversations of ``view`` that match ``words``; days are those of the person's own time zone."""
    from omni_tui.desk.query import parse

    parts: list[Query] = []
    if view is not None:
        # Views name no days, and the rules of a time zone cost a start of their own to read.
        parts.append(parse(view.query, now_ms()))
    if words:
        parts.append(parse(" ".join(words), now_ms(), zone()))
    return parts[0] if len(parts) == 1 else And(tuple(parts))
