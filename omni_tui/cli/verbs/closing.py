"""``resolve``, ``reopen``, ``snooze``, ``unread``: in and out of the inbox."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_tui.cli.acting import act
from omni_tui.cli.call import Call
from omni_tui.cli.params import Refs
from omni_tui.cli.verb import verb
from omni_tui.model.enums import Status
from omni_tui.text.i18n import _


@verb(
    _("Mark conversations as done. They return when the customer writes again."),
    "omni-tui resolve 1042 1043",
    "omni-tui resolve 1042 --dry-run --json",
    writes=True,
)
def resolve(ctx: typer.Context, refs: Refs) -> None:
    from omni_tui.desk import triage

    done = _("Resolved: {what}.")
    act(Call.of(ctx), "resolve", refs, triage.resolve, lambda row, agent: row.status is not Status.RESOLVED, done)


@verb(_("Put conversations back into the inbox."), "omni-tui reopen 1042", writes=True)
def reopen(ctx: typer.Context, refs: Refs) -> None:
    from omni_tui.desk import triage

    done = _("Reopened: {what}.")
    act(Call.of(ctx), "reopen", refs, triage.reopen, lambda row, agent: row.status is not Status.OPEN, done)


@verb(
    _("Put conversations aside until a time. They return earlier when the customer writes."),
    "omni-tui snooze 1042 --until 'tomorrow 9:00'",
    "omni-tui snooze 1042 1043 --until 2h",
    writes=True,
)
def snooze(
    ctx: typer.Context,
    refs: Refs,
    until: Annotated[str, typer.Option(metavar="WHEN", help=_("Such as 2h, 'tomorrow 9', monday, 2026-03-01."))],
) -> None:
    from omni_tui.cli.clock import exact, moment_of
    from omni_tui.desk import triage

    at = moment_of(until)
    act(
        Call.of(ctx),
        "snooze",
        refs,
        lambda store, agent, ids: triage.snooze(store, agent, ids, at),
        lambda row, agent: row.snoozed_until != at,
        _("Snoozed until {time}: {{what}}.").format(time=exact(at)),
    )


@verb(_("Mark conversations as unread."), "omni-tui unread 1042", writes=True)
def unread(ctx: typer.Context, refs: Refs) -> None:
    from omni_tui.desk import triage

    act(Call.of(ctx), "unread", refs, triage.unread, lambda row, agent: not row.unread, _("Unread again: {what}."))


@verb(
    _("Say how urgent conversations are: low, normal, high or urgent."),
    "omni-tui priority 1042 --level urgent",
    "omni-tui list priority:urgent",
    writes=True,
)
def priority(
    ctx: typer.Context,
    refs: Refs,
    level: Annotated[str, typer.Option(metavar="LEVEL", help=_("low, normal, high or urgent."))],
) -> None:
    from omni_tui.desk import triage

    wanted = triage.priority_named(level)
    act(
        Call.of(ctx),
        "priority",
        refs,
        lambda store, agent, ids: triage.priority(store, agent, ids, wanted.value),
        lambda row, agent: row.priority is not wanted,
        _("{level} now: {{what}}.").format(level=wanted.value.capitalize()),
    )
