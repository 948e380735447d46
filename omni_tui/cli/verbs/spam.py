"""``spam``, ``not-spam``, ``trash``, ``block``, ``unblock``, ``blocked``: what nobody should have to read."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.acting import act, tell_outcome
from omni_tui.cli.call import Call, reading, writing
from omni_tui.cli.clock import shown
from omni_tui.cli.columns import print_columns
from omni_tui.cli.params import Refs
from omni_tui.cli.verb import verb
from omni_tui.model.enums import Status
from omni_tui.model.outcome import Outcome
from omni_tui.text.i18n import _


@verb(
    _("Call conversations spam. They leave every view but Spam; answers in them stay there."),
    "omni-tui spam 1042 1043",
    writes=True,
)
def spam(ctx: typer.Context, refs: Refs) -> None:
    from omni_tui.desk import triage

    act(Call.of(ctx), "spam", refs, triage.spam, lambda row, agent: row.status is not Status.SPAM, _("Spam: {what}."))


@verb(
    _("Say that conversations are no spam. They come into the inbox."),
    "omni-tui list is:spam",
    "omni-tui not-spam 1042",
    writes=True,
)
def not_spam(ctx: typer.Context, refs: Refs) -> None:
    from omni_tui.desk import triage

    done = _("No spam: {what}.")
    act(Call.of(ctx), "not-spam", refs, triage.not_spam, lambda row, agent: row.status is Status.SPAM, done)


@verb(
    _("Throw conversations away. They return when the customer writes again; nothing is erased."),
    "omni-tui trash 1042",
    "omni-tui list is:trash",
    writes=True,
)
def trash(ctx: typer.Context, refs: Refs) -> None:
    from omni_tui.desk import triage

    done = _("In the trash: {what}.")
    act(Call.of(ctx), "trash", refs, triage.trash, lambda row, agent: row.status is not Status.TRASH, done)


@verb(
    _("Block who wrote last in conversations. What they write from now on arrives as spam, and these are spam, too."),
    "omni-tui block 1042",
    writes=True,
)
def block(ctx: typer.Context, refs: Refs) -> None:
    from omni_tui.desk import blocking

    done = _("Blocked the sender of {what}.")
    act(Call.of(ctx), "block", refs, blocking.block, lambda row, agent: row.status is not Status.SPAM, done)


@verb(
    _("Let blocked senders write again. Conversations of theirs that are named come into the inbox."),
    "omni-tui unblock 1042",
    "omni-tui unblock winner@lottery.example",
    writes=True,
)
def unblock(
    ctx: typer.Context,
    refs: Annotated[
        list[str],
        typer.Argument(
            metavar="REF|ADDRESS...",
            help=_("Conversations, or addresses that are blocked."),
            autocompletion=completing.refs,
        ),
    ],
) -> None:
    from omni_tui.desk import blocking

    call = Call.of(ctx)
    addresses = [ref for ref in refs if "@" in ref]
    rest = [ref for ref in refs if "@" not in ref]
    if addresses:
        with writing(call) as (store, agent):
            for address in addresses:
                outcome = Outcome("unblock", ()) if call.dry_run else blocking.unblock_address(store, agent, address)
                if call.json:
                    tell_outcome(call, outcome, {}, "")
                else:
                    said = _("Would unblock {address}.") if call.dry_run else _("{address} may write again.")
                    output.say(said.format(address=address))
    if rest:
        done = _("The sender may write again: {what}.")
        act(call, "unblock", rest, blocking.unblock, lambda row, agent: row.status is Status.SPAM, done)


@verb(_("Show who is blocked, the newest first."), "omni-tui blocked", lists=True)
def blocked(ctx: typer.Context) -> None:
    from omni_tui.desk import blocking

    call = Call.of(ctx)
    with reading(call) as (store, _agent):
        found = blocking.blocked(store)
    if call.ndjson:
        output.stream("sender", found)
    elif call.json:
        output.document("blocked", senders=found)
    else:
        print_columns(
            (_("ADDRESS"), _("KIND"), _("NAME"), _("SINCE")),
            [(each.address, each.kind, each.name or "-", shown(each.blocked_at)) for each in found],
        )
        if not found:
            output.say(_("Nobody is blocked."))
