"""``import-mail``: mail from mbox files and Maildirs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.call import Call, opened
from omni_tui.cli.progress import ProgressLine
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _, ngettext

if TYPE_CHECKING:
    from omni_tui.engine.mail_import import Count


@verb(
    _(
        "Take in old mail from mbox and Maildir. Gmail Takeout, Thunderbird, also .gz. Nobody is notified, what is "
        "there already is not doubled, and the same command goes on where it was stopped."
    ),
    "omni-tui import-mail ~/Takeout/Mail --dry-run",
    "omni-tui import-mail archive.mbox.gz --channel support",
    "omni-tui import-mail ~/Maildir --channel old-shop --address info@old-shop.example",
    writes=True,
)
def import_mail(
    ctx: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help=_("mbox files, Maildirs, or directories of such."))
    ],
    channel: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=_(
                "The channel it belongs to; a new name makes one for files alone and needs --address. May be left out "
                "where one mailbox is connected."
            ),
            autocompletion=completing.channels,
        ),
    ] = None,
    address: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help=_("An address of yours in that mail; may be given again.")),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help=_("Take in spam and trash too; drafts never."))] = False,
) -> None:
    from omni_tui.engine import mail_import

    call = Call.of(ctx)
    found = mail_import.sources(paths)
    line = ProgressLine()
    leave_out = mail_import.DRAFTS if all_ else mail_import.LEFT_OUT
    with opened(call.settings, create=not call.dry_run) as store:
        into = mail_import.target(call.settings, store, channel, address or (), make=not call.dry_run)
        take = mail_import.look if call.dry_run else mail_import.store_batch
        try:
            count = mail_import.run(
                store,
                into,
                found,
                lambda now: line(now.messages, now.octets, now.total),
                leave_out=leave_out,
                take=take,
            )
        except KeyboardInterrupt:
            line.end()
            output.say(_("What was read is stored. Run the same command again to go on."))
            raise
        finally:
            line.end()
    if call.json:
        output.document(
            "import_mail",
            dry_run=call.dry_run,
            channel=into.name,
            mailboxes=[source.path for source in found],
            messages=count.messages,
            new=count.new,
            duplicate=count.duplicate,
            unreadable=count.unreadable,
            left_out=dict(count.left_out),
        )
    else:
        _tell(count, dry_run=call.dry_run, all_=all_)


def _tell(count: Count, *, dry_run: bool, all_: bool) -> None:
    if dry_run:
        output.tell(
            ngettext("{count:,} message would be taken in.", "{count:,} messages would be taken in.", count.new).format(
                count=count.new
            )
        )
    else:
        output.tell(
            ngettext("{count:,} message taken in.", "{count:,} messages taken in.", count.new).format(count=count.new)
        )
    if count.duplicate:
        output.tell(_("There already: {count:,}.").format(count=count.duplicate))
    for place, number in sorted(count.left_out.items()):
        output.tell(_("Left out, {place}: {count:,}.").format(count=number, place=place))
    if count.left_out.keys() - {"drafts"} and not all_:
        output.say(_("--all takes in spam and trash too."))
    if count.unreadable:
        output.tell(_("Not to be read, and kept as they came: {count:,}.").format(count=count.unreadable))
