"""``tag`` and ``untag``."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_tui.cli import completing
from omni_tui.cli.acting import act
from omni_tui.cli.call import Call
from omni_tui.cli.params import Refs
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _

Names = Annotated[
    list[str],
    typer.Option("--tag", "-t", metavar="NAME", help=_("A tag; may be given again."), autocompletion=completing.tags),
]


@verb(
    _("Put tags on conversations."),
    "omni-tui tag 1042 --tag refund",
    "omni-tui tag 1042 1043 -t refund -t vip",
    writes=True,
)
def tag(ctx: typer.Context, refs: Refs, names: Names) -> None:
    from omni_tui.desk import triage

    act(
        Call.of(ctx),
        "tag",
        refs,
        lambda store, agent, ids: triage.tag(store, agent, ids, names),
        lambda row, agent: not _spelled(names) <= set(row.tags),
        _("Tagged: {what}."),
    )


@verb(_("Take tags off conversations."), "omni-tui untag 1042 --tag refund", writes=True)
def untag(ctx: typer.Context, refs: Refs, names: Names) -> None:
    from omni_tui.desk import triage

    act(
        Call.of(ctx),
        "untag",
        refs,
        lambda store, agent, ids: triage.untag(store, agent, ids, names),
        lambda row, agent: bool(_spelled(names) & set(row.tags)),
        _("Untagged: {what}."),
    )


def _spelled(names: list[str]) -> set[str]:
    from omni_tui.desk.tagging import tag_name

    return {tag_name(name) for name in names}
