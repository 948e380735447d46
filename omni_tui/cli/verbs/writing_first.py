"""``forward`` and ``compose``: writing to somebody who is not the one that wrote."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.body import body_of
from omni_tui.cli.call import Call, writing
from omni_tui.cli.params import At, Body, Delay, Files, Ref, Timeout, Wait
from omni_tui.cli.rows import named
from omni_tui.cli.verb import verb
from omni_tui.model.enums import Direction
from omni_tui.model.errors import NotFound
from omni_tui.model.message import MessageRow, Thread
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

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
    "omni-tui forward 1042 --to depot@carrier.example --file label.pdf",
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
    file: Files = None,
    channel: Channel = "",
    delay: Delay = 0,
    at: At = "",
    wait: Wait = False,
    timeout: Timeout = 120,
) -> None:
    from omni_tui.cli.attaching import attached
    from omni_tui.cli.queued import follow, moment_asked, people, planned
    from omni_tui.desk import addressing, forwarding
    from omni_tui.desk.thread import open_thread

    call = Call.of(ctx)
    leaves_at = moment_asked(at, delay)
    text = body_of(note) if note else ""
    own = attached(file or ())
    with writing(call) as (store, agent):
        (row,) = named(store, agent, [ref])
        chosen = _chosen(open_thread(store, agent, row.id, limit=_LOOKED_AT), message)
        there, copies = addressing.check(store, *to), addressing.check(store, *(cc or ()))
        forwarding.passable(store, chosen.id)
        names = [clean_line(each.name) for each in chosen.attachments] if files else []
        told = {
            "conversation_id": row.id,
            "ref": row.ref,
            "forwards": chosen.id,
            "to": there,
            "cc": copies,
            "files": [*names, *(each.name for each in own)],
        }
        if call.dry_run:
            planned(call, "forward", told, leaves_at)
            output.say(
                _("Would forward the message of {author} in {ref} to {to}.").format(
                    author=_author(chosen), ref=f"#{row.ref}", to=people(there)
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
            files=own,
            channel=channel,
            delay_ms=delay * 1000,
            at=leaves_at,
        )
        output.say(
            _("Stored: the message of {author} in {ref} goes to {to}.").format(
                author=_author(chosen), ref=f"#{row.ref}", to=people(there)
            )
        )
        follow(call, store, "forward", queued, told, leaves_at=leaves_at, wait=wait, timeout_s=timeout)


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
    file: Files = None,
    delay: Delay = 0,
    at: At = "",
    wait: Wait = False,
    timeout: Timeout = 120,
) -> None:
    from omni_tui.cli.attaching import attached
    from omni_tui.cli.queued import follow, moment_asked, people, planned
    from omni_tui.desk import addressing, composing, inbox
    from omni_tui.model.draft import DraftFields

    call = Call.of(ctx)
    leaves_at = moment_asked(at, delay)
    body = body_of(text)
    files = attached(file or ())
    with writing(call) as (store, agent):
        there, copies = addressing.check(store, *to), addressing.check(store, *(cc or ()))
        told = {"to": there, "cc": copies, "subject": subject, "text": body, "files": [each.name for each in files]}
        if call.dry_run:
            planned(call, "compose", told, leaves_at)
            output.say(_("Would write to {to}.").format(to=people(there)))
            return
        fields = DraftFields(
            channel=channel,
            to=addressing.written(there),
            cc=addressing.written(copies),
            subject=subject,
            at=leaves_at,
        )
        queued = composing.compose(store, agent, fields, body, files=files, delay_ms=delay * 1000)
        row = inbox.find(store, agent, queued.conversation_id)
        output.say(_("Stored as {ref}, to {to}.").format(ref=f"#{row.ref}", to=people(there)))
        begun = {"conversation_id": queued.conversation_id, "ref": row.ref, "by": row.channel, **told}
        follow(call, store, "compose", queued, begun, leaves_at=leaves_at, wait=wait, timeout_s=timeout)


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
