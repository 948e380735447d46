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
from omni_tui.cli.params import At, Body, Delay, Ref, Timeout, Wait
from omni_tui.cli.rows import named
from omni_tui.cli.verb import verb
from omni_tui.model.errors import UsageError
from omni_tui.model.message import Party, Thread
from omni_tui.model.outcome import Outcome
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.desk.snippet_filling import Filled
    from omni_tui.model.conversation import Agent
    from omni_tui.store import Store

_SPOKEN = 50
"""Messages looked at for what a snippet wants to know."""

Attach = Annotated[list[Path] | None, typer.Option(metavar="FILE", help=_("Send a file along; may be given again."))]
By = Annotated[
    str,
    typer.Option(metavar="CHANNEL", help=_("Answer by this channel instead; a wrong name tells which there are.")),
]
Yes = Annotated[
    bool,
    typer.Option("--yes", help=_("Send even if it goes to others than the last answer did, or is not all filled.")),
]


@verb(
    _("Answer the customer. Returns when the answer is stored; the engine sends it."),
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
        bool, typer.Option("--all", help=_("A copy to all others who are on the mail that is answered."))
    ] = False,
    attach: Attach = None,
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
    _("Answer the customer and all others on the mail."),
    "omni-tui reply-all 1042 'We meet at nine.'",
    writes=True,
)
def reply_all(
    ctx: typer.Context,
    ref: Ref,
    text: Body = "",
    attach: Attach = None,
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
    from omni_tui.cli.clock import exact, moment_of
    from omni_tui.cli.sending import engine_runs, wait_for
    from omni_tui.desk import replies
    from omni_tui.desk.thread import open_thread

    if asked.at and asked.delay:
        raise UsageError(_("--at and --delay exclude each other."), _("--at names a moment, --delay so many seconds."))
    if asked.text and asked.snippet:
        raise UsageError(_("--snippet is the text, so there can be no other."))
    leaves_at = moment_of(asked.at) if asked.at else 0
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
            output.say(_("Not to {others}, who are on the mail as well: --all").format(others=_people(others)))
        if opened.reply_changed:
            output.say(_change(opened))
        if opened.reply.unproven:
            output.say(
                _("Careful: {to} is an address the customer named; nothing proves it is theirs.").format(to=_people(to))
            )
        if call.dry_run:
            if call.json:
                output.document(
                    "reply",
                    dry_run=True,
                    conversation_id=row.id,
                    ref=row.ref,
                    by=opened.reply_channel,
                    to=to,
                    cc=copies,
                    changed=opened.reply_changed,
                    text=body,
                    leaves_at=leaves_at or None,
                )
            output.say(_("Would answer {ref} to {to}.").format(ref=f"#{row.ref}", to=_people(to)))
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
        output.say(_("Stored for {ref}, to {to}.").format(ref=f"#{row.ref}", to=_people(to)))
        _tell_copies(copies)
        if leaves_at:
            output.say(
                _("It leaves {time}. Until then: omni-tui outbox cancel {id}").format(
                    time=exact(queued.leaves_at), id=queued.outbox_id
                )
            )
        if not engine_runs(store):
            output.say(_("No engine is running, so nothing leaves yet. Start one: omni-tui engine"))
        ended = wait_for(store, queued, asked.timeout) if asked.wait else None
        state = replies.outbox_state(store, queued.outbox_id)
    if call.json:
        output.document(
            "reply",
            dry_run=False,
            conversation_id=row.id,
            ref=row.ref,
            by=opened.reply_channel,
            to=to,
            cc=copies,
            changed=opened.reply_changed,
            text=body,
            leaves_at=leaves_at or None,
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


def _filled(store: Store, agent: Agent, name: str, opened: Thread) -> Filled:
    from omni_tui.desk import snippets
    from omni_tui.desk.snippet_filling import fill

    snippet = snippets.named(snippets.listed(store, agent), name, agent)
    return fill(snippet.body, agent, opened.head, opened.messages)


def _by(opened: Thread, channel: str) -> Thread:
    names = [way.channel for way in opened.ways]
    if channel and channel not in names:
        raise UsageError(
            _("This conversation cannot be answered by {channel}.").format(channel=channel),
            _("It can be by: {names}").format(names=", ".join(names)),
        )
    return opened.answered_by(channel)


def _change(opened: Thread) -> str:
    return _("Careful: it goes to {to}, not to {before} as before.").format(
        to=_people(opened.reply_to), before=_people(opened.reply_before)
    )


def _tell_copies(copies: Sequence[str]) -> None:
    if copies:
        output.say(_("Copies to {who}.").format(who=", ".join(map(clean_line, copies))))


def _people(parties: tuple[Party, ...]) -> str:
    return ", ".join(clean_line(party.address) for party in parties) or _("nobody")
