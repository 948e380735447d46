"""``forward`` and ``compose``: writing to somebody who is not the one that wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.body import body_of
from omni_tui.cli.call import Call, writing
from omni_tui.cli.params import At, Body, Delay, Ref, Timeout, Wait
from omni_tui.cli.rows import named
from omni_tui.cli.verb import verb
from omni_tui.model.enums import Direction
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.message import MessageRow, Party, Thread
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.cli.sending import Ended
    from omni_tui.model.message import OutboxRow
    from omni_tui.model.outcome import Queued
    from omni_tui.store import Store

_LOOKED_AT = 500
"""Messages among which one is chosen by its number."""

To = Annotated[
    list[str],
    typer.Option(
        "--to", metavar="ADDRESS", help=_("Whom it goes to; may be given again."), autocompletion=completing.people
    ),
]
Cc = Annotated[
    list[str] | None,
    typer.Option(metavar="ADDRESS", help=_("A copy to; may be given again."), autocompletion=completing.people),
]
Channel = Annotated[
    str,
    typer.Option(metavar="NAME", help=_("Send it by this channel; a wrong name tells which there are.")),
]


@verb(
    _("Pass a message on to somebody outside, with its files. The conversation stays the customer's."),
    "omni-tui forward 1042 --to depot@carrier.example --note 'Where is this one?'",
    "omni-tui forward 1042 --to ana@shop.example --message 2 --no-files",
    writes=True,
)
def forward(
    ctx: typer.Context,
    ref: Ref,
    to: To,
    note: Annotated[str, typer.Option(metavar="TEXT", help=_("What to write above it; - reads stdin."))] = "",
    cc: Cc = None,
    message: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help=_("The N-th message of the conversation; without it the customer's last.")
        ),
    ] = 0,
    files: Annotated[bool, typer.Option("--files/--no-files", help=_("Send its files along."))] = True,
    channel: Channel = "",
    delay: Delay = 0,
    at: At = "",
    wait: Wait = False,
    timeout: Timeout = 120,
) -> None:
    from omni_tui.desk import addressing, forwarding
    from omni_tui.desk.thread import open_thread

    call = Call.of(ctx)
    leaves_at = _moment(at, delay)
    text = body_of(note) if note else ""
    with writing(call) as (store, agent):
        (row,) = named(store, agent, [ref])
        chosen = _chosen(open_thread(store, agent, row.id, limit=_LOOKED_AT), message)
        people, copies = addressing.check(store, *to), addressing.check(store, *(cc or ()))
        forwarding.passable(store, chosen.id)
        names = [clean_line(each.name) for each in chosen.attachments] if files else []
        told = {
            "conversation_id": row.id,
            "ref": row.ref,
            "forwards": chosen.id,
            "to": people,
            "cc": copies,
            "files": names,
        }
        if call.dry_run:
            if call.json:
                output.document("forward", dry_run=True, **told, leaves_at=leaves_at or None)
            output.say(
                _("Would forward the message of {author} in {ref} to {to}.").format(
                    author=_author(chosen), ref=f"#{row.ref}", to=_people(people)
                )
            )
            return
        queued = forwarding.forward(
            store,
            agent,
            chosen.id,
            to,
            text,
            cc=cc or (),
            left_out=() if files else [each.id for each in chosen.attachments],
            channel=channel,
            delay_ms=delay * 1000,
            at=leaves_at,
        )
        output.say(
            _("Stored: the message of {author} in {ref} goes to {to}.").format(
                author=_author(chosen), ref=f"#{row.ref}", to=_people(people)
            )
        )
        ended, state = _follow(store, queued, wait, timeout, leaves_at)
    if call.json:
        output.document(
            "forward",
            dry_run=False,
            **told,
            leaves_at=leaves_at or None,
            message_id=queued.message_id,
            outbox=state,
            act_id=queued.act_id,
        )
    if ended is not None:
        output.say(ended.sentence)
        raise typer.Exit(ended.code)


@verb(
    _("Write to somebody first, known or new. It begins a conversation."),
    "omni-tui compose --to lena@posteo.example --subject 'Your order 4417' 'It is ready.'",
    "omni-tui compose --to ana@shop.example --subject Offer --file offer.pdf < text.txt",
    writes=True,
)
def compose(
    ctx: typer.Context,
    to: To,
    subject: Annotated[str, typer.Option(metavar="TEXT", help=_("What it is about."))],
    text: Body = "",
    cc: Cc = None,
    channel: Channel = "",
    file: Annotated[
        list[Path] | None, typer.Option("--file", metavar="FILE", help=_("Send a file along; may be given again."))
    ] = None,
    delay: Delay = 0,
    at: At = "",
    wait: Wait = False,
    timeout: Timeout = 120,
) -> None:
    from omni_tui.cli.attaching import attached
    from omni_tui.desk import addressing, composing, inbox
    from omni_tui.model.draft import DraftFields

    call = Call.of(ctx)
    leaves_at = _moment(at, delay)
    body = body_of(text)
    files = attached(file or ())
    with writing(call) as (store, agent):
        people, copies = addressing.check(store, *to), addressing.check(store, *(cc or ()))
        told = {"to": people, "cc": copies, "subject": subject, "text": body, "files": [each.name for each in files]}
        if call.dry_run:
            if call.json:
                output.document("compose", dry_run=True, **told, leaves_at=leaves_at or None)
            output.say(_("Would write to {to}.").format(to=_people(people)))
            return
        fields = DraftFields(
            channel=channel,
            to=addressing.written(people),
            cc=addressing.written(copies),
            subject=subject,
            at=leaves_at,
        )
        queued = composing.compose(store, agent, fields, body, files=files, delay_ms=delay * 1000)
        row = inbox.find(store, agent, queued.conversation_id)
        output.say(_("Stored as {ref}, to {to}.").format(ref=f"#{row.ref}", to=_people(people)))
        ended, state = _follow(store, queued, wait, timeout, leaves_at)
    if call.json:
        output.document(
            "compose",
            dry_run=False,
            conversation_id=queued.conversation_id,
            ref=row.ref,
            by=row.channel,
            **told,
            leaves_at=leaves_at or None,
            message_id=queued.message_id,
            outbox=state,
            act_id=queued.act_id,
        )
    if ended is not None:
        output.say(ended.sentence)
        raise typer.Exit(ended.code)


def _moment(at: str, delay: int) -> int:
    from omni_tui.cli.clock import moment_of

    if at and delay:
        raise UsageError(_("--at and --delay exclude each other."), _("--at names a moment, --delay so many seconds."))
    return moment_of(at) if at else 0


def _follow(store: Store, queued: Queued, wait: bool, timeout: int, leaves_at: int) -> tuple[Ended | None, OutboxRow]:
    from omni_tui.cli.clock import exact
    from omni_tui.cli.sending import engine_runs, wait_for
    from omni_tui.desk import replies

    if leaves_at:
        output.say(
            _("It leaves {time}. Until then: omni-tui outbox cancel {id}").format(
                time=exact(queued.leaves_at), id=queued.outbox_id
            )
        )
    if not engine_runs(store):
        output.say(_("No engine is running, so nothing leaves yet. Start one: omni-tui engine"))
    ended = wait_for(store, queued, timeout) if wait else None
    return ended, replies.outbox_state(store, queued.outbox_id)


def _chosen(opened: Thread, number: int) -> MessageRow:
    """The message meant: by its number among those that can be passed on, or the customer's last."""
    messages = [each for each in opened.messages if each.direction in (Direction.INBOUND, Direction.OUTBOUND)]
    messages = [each for each in messages if each.deleted_at is None]
    if number > len(messages) or not messages:
        raise NotFound(
            _("There is no message {number} here.").format(number=number or 1),
            _("omni-tui show {ref} shows them; notes are not counted.").format(ref=opened.head.ref),
        )
    if number:
        return messages[number - 1]
    inbound = [each for each in messages if each.direction is Direction.INBOUND and not each.aside]
    return (inbound or messages)[-1]


def _author(message: MessageRow) -> str:
    return clean_line(message.author.name) or clean_line(message.author.address) or _("unknown sender")


def _people(parties: tuple[Party, ...]) -> str:
    return ", ".join(clean_line(party.address) for party in parties)
