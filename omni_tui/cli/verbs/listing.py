"""``list``: conversations of a view or a query."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from omni_tui.cli import completing
from omni_tui.cli.call import Call
from omni_tui.cli.listing import LIMIT, print_list
from omni_tui.cli.params import Limit
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _


@verb(
    _("List conversations, the newest first."),
    "omni-tui list",
    "omni-tui list is:unread tag:refund",
    "omni-tui list --view mine --sort waiting --limit 10",
    "omni-tui list --view 3 is:unread",
    "omni-tui list 'from:ana before:2026-01-01' --json",
    "omni-tui list tag:spring --ndjson | jq -r .conversation.ref | omni-tui resolve -",
    lists=True,
)
def list_(
    ctx: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[QUERY]...",
            help=_("Which ones; without it the inbox."),
            autocompletion=completing.query_words,
        ),
    ] = None,
    view: Annotated[
        str,
        typer.Option(
            metavar="NAME|N",
            help=_("A view, by its name or number; omni-tui view list shows them."),
            autocompletion=completing.views,
        ),
    ] = "",
    limit: Limit = LIMIT,
    sort: Annotated[
        Literal["activity", "waiting", "priority"] | None,
        typer.Option(help=_("By last activity, or who waits longest first; else as the view does it.")),
    ] = None,
) -> None:
    print_list(Call.of(ctx), query or [], view, limit=limit, sort=sort)
