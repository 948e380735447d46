"""``search``: words in messages, with where they stand."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, reading
from omni_tui.cli.clock import ago
from omni_tui.cli.params import Limit
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _


@verb(
    _("Find words in all messages, open or done, yours or theirs."),
    "omni-tui search refund",
    "omni-tui search '\"broken lid\" from:ana'",
    "omni-tui search 退款 --json",
    lists=True,
)
def search(
    ctx: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help=_('Words, "phrases" and key:value.'))],
    limit: Limit = 50,
) -> None:
    from omni_tui.cli.columns import print_columns
    from omni_tui.cli.views import query_of
    from omni_tui.desk import search as desk_search

    call = Call.of(ctx)
    asked = query_of(None, query)
    with reading(call) as (store, agent):
        hits = desk_search.search(store, agent, asked, limit=limit)
    if call.ndjson:
        output.stream("hit", hits)
    elif call.json:
        output.document("hits", hits=hits)
    else:
        print_columns(
            (_("REF"), _("AGE"), _("CUSTOMER"), _("FOUND")),
            [
                (f"#{hit.row.ref}", ago(hit.row.last_at), hit.row.customer or hit.row.address, hit.excerpt)
                for hit in hits
            ],
        )
        if not hits:
            output.say(_("Nothing found. Fewer words, or a beginning such as ship*, may find more."))
