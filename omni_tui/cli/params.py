"""Arguments that several verbs share, so that they mean the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omni_tui.cli import completing
from omni_tui.text.i18n import _

Ref = Annotated[
    str,
    typer.Argument(
        metavar="REF", help=_("A conversation: its number (1042, #1042) or id."), autocompletion=completing.refs
    ),
]
Refs = Annotated[
    list[str],
    typer.Argument(
        metavar="REF...",
        help=_("Conversations: numbers or ids; - reads them from stdin."),
        autocompletion=completing.refs,
    ),
]
Body = Annotated[
    str, typer.Argument(metavar="[TEXT|-]", help=_("What to write; - or nothing reads stdin."), show_default=False)
]
Files = Annotated[
    list[Path] | None,
    typer.Option("--file", "--attach", metavar="FILE", help=_("Send a file along; may be given again.")),
]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help=_("At most this many."))]
Delay = Annotated[
    int, typer.Option(min=0, max=86_400, metavar="SECONDS", help=_("Leave later, so that undo can call it back."))
]
At = Annotated[str, typer.Option(metavar="WHEN", help=_("Leave then, such as 2h, 'tomorrow 9', monday, 2026-03-01."))]
Wait = Annotated[bool, typer.Option("--wait", help=_("Return when it is sent, refused or uncertain."))]
Timeout = Annotated[
    int, typer.Option(min=1, metavar="SECONDS", help=_("With --wait: how long at most, after the delay."))
]
