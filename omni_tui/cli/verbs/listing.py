"""``list``: conversations of a view or a query."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.call import Call, reading
from omni_tui.cli.params import Limit
from omni_tui.cli.rows import print_rows
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
    limit: Limit = 50,
    sort: Annotated[
        Literal["activity", "waiting", "priority"] | None,
        typer.Option(help=_("By last activity, or who waits longest first; else as the view does it.")),
    ] = None,
) -> None:
    from omni_tui.cli.views import query_of, view_named
    from omni_tui.desk import inbox

    call = Call.of(ctx)
    with reading(call) as (store, agent):
        shown = view_named(store, agent, view or "inbox") if view or not query else None
        order = sort or (shown.sort if shown else "activity")
        asked = query_of(shown, query or [])
        rows = inbox.page(store, agent, asked, sort=order, limit=limit)
    if call.ndjson:
        output.stream("conversation", rows)
    elif call.json:
        output.document("conversations", conversations=rows)
    else:
        print_rows(rows)
        if not rows:
            output.say(_("No conversation matches. All of them: omni-tui list --view all"))
