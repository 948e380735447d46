"""``search``: words in messages, with where they stand."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.call import Call, reading
from omni_tui.cli.clock import ago
from omni_tui.cli.params import Limit
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _


@verb(
    _("Find words in all messages, open or done, yours or theirs."),
    "omni-tui search refund",
    "omni-tui search refund --sort time",
    "omni-tui search '\"broken lid\" from:ana'",
    "omni-tui search 退款 --json",
    lists=True,
)
def search(
    ctx: typer.Context,
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY...", help=_('Words, "phrases" and key:value.'), autocompletion=completing.query_words
        ),
    ],
    limit: Limit = 50,
    sort: Annotated[
        Literal["relevance", "time"],
        typer.Option(help=_("The best matches first, recent ones before old ones; or the newest match first.")),
    ] = "relevance",
) -> None:
    from omni_tui.cli.columns import print_columns
    from omni_tui.cli.views import query_of
    from omni_tui.desk import search as desk_search

    call = Call.of(ctx)
    asked = query_of(None, query)
    with reading(call) as (store, agent):
        found = desk_search.find(store, agent, asked, sort=sort, limit=limit)
        unfinished = desk_search.unfinished(store)
    hits = found.hits
    if unfinished:
        output.say(unfinished)
    if call.ndjson:
        output.stream("hit", hits)
    elif call.json:
        output.document("hits", hits=hits, more=found.more)
    else:
        print_columns(
            (_("REF"), _("AGE"), _("CUSTOMER"), _("FOUND")),
            [
                (f"#{hit.row.ref}", ago(hit.row.last_at), hit.row.customer or hit.row.address, hit.excerpt)
                for hit in hits
            ],
            marks=[hit.marks for hit in hits],
        )
        if found.more:
            output.say(_("There are more; --limit shows more of them, and more words the right ones."))
        if not hits:
            output.say(_("Nothing found. Fewer words, or a beginning such as ship*, may find more."))
