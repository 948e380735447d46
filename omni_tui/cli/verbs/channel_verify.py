"""``channel verify``: is everything here that the server has?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.call import Call, opened
from omni_tui.cli.columns import print_columns
from omni_tui.cli.exit import ExitCode
from omni_tui.cli.verb import verb
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _, ngettext

if TYPE_CHECKING:
    from omni_tui.engine.verifying import Compared, Verification


@verb(
    _(
        "Fetch what the server has and is missing here. Compares every folder of a mailbox; ends with 1 if something "
        "is still missing, with 5 if a folder could not be compared."
    ),
    "omni-tui channel verify support",
    "omni-tui channel verify support --dry-run --json",
    writes=True,
)
def verify(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help=_("A mailbox among your channels."), autocompletion=completing.channels),
    ],
) -> None:
    from omni_tui.engine import verifying

    call = Call.of(ctx)
    with opened(call.settings) as store:
        found = verifying.verify(call.settings, store, name, fetch=not call.dry_run, tell=output.say)
    if call.json:
        output.document("verification", dry_run=call.dry_run, **found.as_dict())
    else:
        _print(found)
    _narrate(found, dry_run=call.dry_run)
    if found.unreachable:
        raise typer.Exit(ExitCode.CHANNEL)
    if not found.ok:
        raise typer.Exit(ExitCode.FAILED)


def _print(found: Verification) -> None:
    print_columns(
        (_("FOLDER"), _("ON SERVER"), _("MISSING"), _("FETCHED"), _("TO COME"), _("NO LONGER THERE"), _("SOURCE ONLY")),
        [
            (
                each.place or each.stream,
                *(f"{count:,}" if each.place else "-" for count in _counts(each)),
            )
            for each in found.streams
        ],
    )


def _counts(seen: Compared) -> tuple[int, ...]:
    """The columns' numbers; of a folder that could not be asked, which has no place, they say nothing."""
    return seen.held, len(seen.missing), seen.fetched, seen.waiting, seen.gone, seen.unreadable


def _narrate(found: Verification, *, dry_run: bool) -> None:
    for each in found.streams:
        if each.error:
            output.say(f"{clean_line(each.place or each.stream)}: {clean_line(each.error)}")
    missing = sum(len(each.missing) for each in found.streams)
    if found.unreachable:
        output.say(_("Not everything could be compared."))
    elif not missing:
        output.say(_("Nothing is missing."))
    elif dry_run:
        output.say(
            ngettext(
                "{count} message is missing. Without --dry-run it is fetched.",
                "{count} messages are missing. Without --dry-run they are fetched.",
                missing,
            ).format(count=missing)
        )
    else:
        fetched = sum(each.fetched for each in found.streams)
        output.say(_("Fetched {count} of {missing} that were missing.").format(count=fetched, missing=missing))
