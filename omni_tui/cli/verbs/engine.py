"""``engine``: the process that talks to channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, opened
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.engine.account import Account


@verb(
    _("Fetch and send until stopped: for a service. The inbox starts one of its own when none runs."),
    "omni-tui engine",
    "omni-tui engine --once",
    "omni-tui engine --once --json | jq .channels",
)
def engine(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help=_("One round: fetch, send what is due, end."))] = False,
    child: Annotated[bool, typer.Option("--child", hidden=True)] = False,
) -> None:
    from omni_tui.engine.run import run

    call = Call.of(ctx)
    with opened(call.settings, create=True) as store:
        tell = _document if call.json else None
        code = run(call.settings, store, once=once, drain_on_stdin_eof=child, tell=tell)
    raise typer.Exit(code)


def _document(account: Account) -> None:
    output.document("round", **output.plain(account))
