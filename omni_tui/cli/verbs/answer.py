"""``reply`` and ``note``: writing to the customer, and to colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.acting import tell_outcome
from omni_tui.cli.body import body_of
from omni_tui.cli.call import Call, writing
from omni_tui.cli.params import At, Body, Delay, Files, Ref, Timeout, Wait
from omni_tui.cli.rows import named
from omni_tui.cli.verb import verb
from omni_tui.model.errors import UsageError
from omni_tui.model.message import Thread
from omni_tui.model.outcome import Outcome
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.desk.snippet_filling import Filled
    from omni_tui.model.conversation import Agent
    from omni_tui.store import Store

_SPOKEN = 50
"""Messages looked at for what a snippet wants to know."""

By = Annotated[
    str,
    typer.Option(metavar="CHANNEL", help=_("Reply by this channel instead; a wrong name tells which there are.")),
]
Yes = Annotated[
    bool,
    typer.Option("--yes", help=_("Send even if it goes to others than the last reply did, or is not all filled.")),
]


@verb(
    _("Reply to the customer. Returns when the reply is stored; the engine sends it."),
    "omni-tui reply 1042 'It left this morning.'",
    "omni-tui reply 1042 --wait < answer.txt",
    "omni-tui reply 1042 'Sorry!' --cc boss@shop.example --delay 30",
    "omni-tui reply 1042 'Your invoice.' --attach invoice.pdf",
    "omni-tui reply 1042 --all 'We meet at nine.'",
    "omni-tui reply 1042 --snippet hello",
    "omni-tui reply 1042 'Your parcel leaves today.' --at 'tomorrow 9'",
    "omni-tui reply 1042 'You have left the chat, so here it is by mail.' --by support",
    writes=True,
)
def reply(
    ctx: typer.Context,
    ref: Ref,
    text: Body = "",
    snippet: Annotated[
        str,
        typer.Option(
            metavar="NAME", help=_("Send this snippet, its variables filled."), autocompletion=completing.snippets
        ),
    ] = "",
    cc: Annotated[list[str] | None, typer.Option(metavar="ADDRESS", help=_("A copy to; may be given again."))] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help=_("A copy to all others who are on the mail that is replied to."))
    ] = False,
    attach: Files = None,
    by: By = "",
    yes: Yes = False,
    delay: Delay = 0,
    at: At = "",
    wait: Wait = False,
    timeout: Timeout = 120,
) -> None:
    asked = _Asked(
        ref, text, snippet, tuple(cc or ()), everyone, tuple(attach or ()), by, yes, delay, at, wait, timeout
    )
    _answer(Call.of(ctx), asked)


@verb(
    _("Reply to the customer and all others on the mail."),
    "omni-tui reply-all 1042 'We meet at nine.'",
    writes=True,
)
def reply_all(
    ctx: typer.Context,
    ref: Ref,
    text: Body = "",
    attach: Files = None,
    by: By = "",
    yes: Yes = False,
    delay: Delay = 0,
    at: At = "",
    wait: Wait = False,
    timeout: Timeout = 120,
) -> None:
    _answer(Call.of(ctx), _Asked(ref, text, "", (), True, tuple(attach or ()), by, yes, delay, at, wait, timeout))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options of an answer say."""

    ref: str
    text: str
    snippet: str
    cc: tuple[str, ...]
    everyone: bool
    attach: tuple[Path, ...]
    by: str
    yes: bool
    delay: int
    at: str
    wait: bool
    timeout: int


def _answer(call: Call, asked: _Asked) -> None:
    from omni_tui.cli.asking import agreed
    from omni_tui.cli.attaching import attached
    from omni_tui.cli.clock import exact
    from omni_tui.cli.queued import follow, moment_asked, people, planned
    from omni_tui.desk import replies
    from omni_tui.desk.thread import open_thread

    leaves_at = moment_asked(asked.at, asked.delay)
    if asked.text and asked.snippet:
        raise UsageError(_("--snippet is the text, so there can be no other."))
    body = "" if asked.snippet else body_of(asked.text)
    files = attached(asked.attach)
    with writing(call) as (store, agent):
        (row,) = named(store, agent, [asked.ref])
        opened = _by(open_thread(store, agent, row.id, limit=_SPOKEN if asked.snippet else 1), asked.by)
        filled = _filled(store, agent, asked.snippet, opened) if asked.snippet else None
        for remark in filled.remarks if filled is not None else ():
            output.say(remark)
        body = filled.text if filled is not None else body
        to = opened.reply_to
        others = opened.reply.others
        copies = list(dict.fromkeys([*asked.cc, *(party.address for party in others if asked.everyone)]))
        if others and not asked.everyone:
            output.say(_("Not to {others}, who are on the mail as well: --all").format(others=people(others)))
        if opened.reply_changed:
            output.say(_change(opened))
        if opened.reply.unproven:
            output.say(
                _("Careful: {to} is an address the customer named; nothing proves it is theirs.").format(to=people(to))
            )
        told = {
            "conversation_id": row.id,
            "ref": row.ref,
            "by": opened.reply_channel,
            "to": to,
            "cc": copies,
            "changed": opened.reply_changed,
            "text": body,
        }
        if call.dry_run:
            planned(call, "reply", told, leaves_at)
            output.say(_("Would reply in {ref} to {to}.").format(ref=f"#{row.ref}", to=people(to)))
            _tell_copies(copies)
            if leaves_at:
                output.say(_("It would leave {time}.").format(time=exact(leaves_at)))
            return
        if opened.reply_changed:
            agreed(_("Send it there?"), yes=asked.yes, json=call.json)
        if filled is not None and (filled.unknown or filled.empty):
            agreed(_("Send it as it is?"), yes=asked.yes, json=call.json)
        queued = replies.reply(
            store,
            agent,
            row.id,
            body,
            cc=copies,
            delay_ms=asked.delay * 1000,
            files=files,
            seen_to=[party.address for party in to],
            channel=opened.reply_channel,
            at=leaves_at,
        )
        output.say(_("Stored for {ref}, to {to}.").format(ref=f"#{row.ref}", to=people(to)))
        _tell_copies(copies)
        follow(call, store, "reply", queued, told, leaves_at=leaves_at, wait=asked.wait, timeout_s=asked.timeout)


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


def _filled(store: Store, agent: Agent, name: str, opened: Thread) -> Filled:
    from omni_tui.desk import customers, snippets
    from omni_tui.desk.snippet_filling import fill, wants_order

    snippet = snippets.named(snippets.listed(store, agent), name, agent)
    missing = wants_order(snippet.body, opened.head, opened.messages)
    order = customers.card(store, opened.head.customer_id).order if missing else None
    return fill(snippet.body, agent, opened.head, opened.messages, order)


def _by(opened: Thread, channel: str) -> Thread:
    names = [way.channel for way in opened.ways]
    if channel and channel not in names:
        raise UsageError(
            _("This conversation cannot be replied to by {channel}.").format(channel=channel),
            _("It can be by: {names}").format(names=", ".join(names)),
        )
    return opened.answered_by(channel)


def _change(opened: Thread) -> str:
    from omni_tui.cli.queued import people

    return _("Careful: it goes to {to}, not to {before} as before.").format(
        to=people(opened.reply_to), before=people(opened.reply_before)
    )


def _tell_copies(copies: Sequence[str]) -> None:
    if copies:
        output.say(_("Copies to {who}.").format(who=", ".join(map(clean_line, copies))))
