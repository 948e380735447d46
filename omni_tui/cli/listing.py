"""What ``list`` prints: imports nothing that only reading options takes, since prompts and scripts wait for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omni_tui.cli import output
from omni_tui.cli.call import Call, reading
from omni_tui.cli.rows import print_rows
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.model.view import Sort

LIMIT = 50


def print_list(
    call: Call, query: Sequence[str] = (), view: str = "", *, limit: int = LIMIT, sort: Sort | None = None
) -> None:
    """Print the conversations of ``view`` that ``query`` finds. Without either those of the inbox."""
    from omni_tui.cli.views import query_of, view_named
    from omni_tui.desk import inbox

    with reading(call) as (store, agent):
        shown = view_named(store, agent, view or "inbox") if view or not query else None
        order = sort or (shown.sort if shown else "activity")
        rows = inbox.page(store, agent, query_of(shown, query), sort=order, limit=limit)
    if call.ndjson:
        output.stream("conversation", rows)
    elif call.json:
        output.document("conversations", conversations=rows)
    else:
        print_rows(rows)
        if not rows:
            output.say(_("No conversation matches. All of them: omni-tui list --view all"))
