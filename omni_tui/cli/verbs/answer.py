"""``reply`` and ``note``: writing to the customer, and to colleagues."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.acting import tell_outcome
from omni_tui.cli.body import body_of
from omni_tui.cli.call import Call, writing
from omni_tui.cli.params import Body, Ref
from omni_tui.cli.rows import named
from omni_tui.cli.verb import verb
from omni_tui.model.message import Party, Thread
from omni_tui.model.outcome import Outcome
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


@verb(
    _("Answer the customer. Returns when the answer is stored; the engine sends it."),
    "omni-tui reply 1042 'It left this morning.'",
    "omni-tui reply 1042 --wait < answer.txt",
    "omni-tui reply 1042 'Sorry!' --cc boss@shop.example --delay 30",
    "omni-tui reply 1042 'Your invoice.' --attach invoice.pdf",
    writes=True,
)
def reply(
    ctx: typer.Context,
    ref: Ref,
    text: Body = "",
    cc: Annotated[list[str] | None, typer.Option(metavar="ADDRESS", help=_("A copy to; may be given again."))] = None,
    attach: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help=_("Send a file along; may be given again."))
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help=_("Send even if it goes to others than the last answer did."))
    ] = False,
    delay: Annotated[
        int, typer.Option(min=0, max=86_400, metavar="SECONDS", help=_("Leave later, so that undo can call it back."))
    ] = 0,
    wait: Annotated[bool, typer.Option("--wait", help=_("Return when it is sent, refused or uncertain."))] = False,
    timeout: Annotated[
        int, typer.Option(min=1, metavar="SECONDS", help=_("With --wait: how long at most, after the delay."))
    ] = 120,
) -> None:
    from omni_tui.cli.asking import agreed
    from omni_tui.cli.attaching import attached
    from omni_tui.cli.sending import engine_runs, wait_for
    from omni_tui.desk import replies
    from omni_tui.desk.thread import open_thread

    call = Call.of(ctx)
    body = body_of(text)
    files = attached(attach or ())
    with writing(call) as (store, agent):
        (row,) = named(store, agent, [ref])
        opened = open_thread(store, agent, row.id, limit=1)
        to = opened.reply_to
        if opened.reply_changed:
            output.say(_change(opened))
        if call.dry_run:
            if call.json:
                output.document(
                    "reply",
                    dry_run=True,
                    conversation_id=row.id,
                    ref=row.ref,
                    to=to,
                    cc=cc or [],
                    changed=opened.reply_changed,
                )
            output.say(_("Would answer {ref} to {to}.").format(ref=f"#{row.ref}", to=_people(to)))
            return
        if opened.reply_changed:
            agreed(_("Send it there?"), yes=yes, json=call.json)
        queued = replies.reply(
            store,
            agent,
            row.id,
            body,
            cc=cc or (),
            delay_ms=delay * 1000,
            files=files,
            seen_to=[party.address for party in to],
        )
        output.say(_("Stored for {ref}, to {to}.").format(ref=f"#{row.ref}", to=_people(to)))
        if not engine_runs(store):
            output.say(_("No engine is running, so nothing leaves yet. Start one: omni-tui engine"))
        ended = wait_for(store, queued, timeout) if wait else None
        state = replies.outbox_state(store, queued.outbox_id)
    if call.json:
        output.document(
            "reply",
            dry_run=False,
            conversation_id=row.id,
            ref=row.ref,
            to=to,
            cc=cc or [],
            changed=opened.reply_changed,
            message_id=queued.message_id,
            outbox=state,
            act_id=queued.act_id,
        )
    if ended is not None:
        output.say(ended.sentence)
        raise typer.Exit(ended.code)


@verb(
    _("Write a note that only your team sees."),
    "omni-tui note 1042 'Called her, parcel is at the neighbour.'",
    "tracking-status 77A1 | omni-tui note 1042 -",
    writes=True,
)
def note(ctx: typer.Context, ref: Ref, text: Body = "") -> None:
    from omni_tui.desk import replies

    call = Call.of(ctx)
    body = body_of(text)
    with writing(call) as (store, agent):
        (row,) = named(store, agent, [ref])
        outcome = Outcome("note", (row.id,)) if call.dry_run else replies.note(store, agent, row.id, body)
    tell_outcome(call, outcome, {row.id: row.ref}, _("Noted: {what}."))


def _change(opened: Thread) -> str:
    return _("Careful: it goes to {to}, not to {before} as before.").format(
        to=_people(opened.reply_to), before=_people(opened.reply_before)
    )


def _people(parties: tuple[Party, ...]) -> str:
    return ", ".join(clean_line(party.address) for party in parties) or _("nobody")
