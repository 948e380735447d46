"""``merge``, ``split``, ``move``, ``link``, ``unlink``: which messages and conversations belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import completing
from omni_tui.cli.acting import act, tell_outcome
from omni_tui.cli.call import Call, writing
from omni_tui.cli.params import Ref, Refs
from omni_tui.cli.rows import named
from omni_tui.cli.verb import verb
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import Direction
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from omni_tui.store import Store

Message = Annotated[
    str,
    typer.Option(
        "--message",
        "-m",
        metavar="ID|N",
        help=_("The message: its id, or its number counted from the oldest, notes too."),
    ),
]
To = Annotated[str, typer.Option(metavar="REF", help=_("The other conversation."), autocompletion=completing.refs)]


@verb(
    _("Make one conversation of several. All become part of the oldest, or of --into."),
    "omni-tui merge 1042 1043",
    "omni-tui merge 1043 1044 --into 1042",
    writes=True,
)
def merge(
    ctx: typer.Context,
    refs: Refs,
    into: Annotated[
        str, typer.Option(metavar="REF", help=_("What they become part of."), autocompletion=completing.refs)
    ] = "",
) -> None:
    from omni_tui.desk import merging

    call = Call.of(ctx)
    with writing(call) as (store, agent):
        rows = named(store, agent, refs)
        target = named(store, agent, [into])[0] if into else min(rows, key=lambda row: row.ref)
        parts = [row for row in rows if row.id != target.id]
        if not parts:
            raise UsageError(
                _("There is nothing to merge: name two conversations."), _("omni-tui merge 1043 --into 1042")
            )
        if call.dry_run:
            outcome = Outcome("merge", (*(row.id for row in parts), target.id))
        else:
            outcome = merging.merge(store, agent, [row.id for row in parts], target.id)
    refs_by_id = {row.id: row.ref for row in (*rows, target)}
    tell_outcome(call, outcome, refs_by_id, _("One conversation now, #{ref}: {{what}}.").format(ref=target.ref))


@verb(
    _("Make a message and what follows it a conversation of its own."),
    "omni-tui split 1042 --message 3",
    writes=True,
)
def split(ctx: typer.Context, ref: Ref, message: Message) -> None:
    from omni_tui.desk import merging

    _on_message(
        Call.of(ctx),
        "split",
        ref,
        message,
        lambda store, agent, id: merging.split(store, agent, id),
        _("Split: {what}."),
    )


@verb(
    _("Put one message into another conversation."),
    "omni-tui move 1042 --message 3 --into 1050",
    writes=True,
)
def move(
    ctx: typer.Context,
    ref: Ref,
    message: Message,
    into: Annotated[str, typer.Option(metavar="REF", help=_("Where it goes."), autocompletion=completing.refs)],
) -> None:
    from omni_tui.desk import merging

    def run(store: Store, agent: Agent, id: str) -> Outcome:
        return merging.move(store, agent, id, named(store, agent, [into])[0].id)

    call = Call.of(ctx)
    _on_message(call, "move", ref, message, run, _("Moved: {what}."), also=into)


@verb(
    _("Have conversations refer to each other."),
    "omni-tui link 1042 --to 1050",
    writes=True,
)
def link(ctx: typer.Context, refs: Refs, to: To) -> None:
    from omni_tui.desk import linking

    _tie(Call.of(ctx), "link", refs, to, linking.link, _("Linked with #{ref}: {{what}}."))


@verb(
    _("Have conversations no longer refer to each other."),
    "omni-tui unlink 1042 --to 1050",
    writes=True,
)
def unlink(ctx: typer.Context, refs: Refs, to: To) -> None:
    from omni_tui.desk import linking

    _tie(Call.of(ctx), "unlink", refs, to, linking.unlink, _("No longer linked with #{ref}: {{what}}."))


def _tie(
    call: Call,
    name: str,
    refs: list[str],
    to: str,
    run: Callable[[Store, Agent, tuple[str, ...], str], Outcome],
    done: str,
) -> None:
    with writing(call) as (store, agent):
        target = named(store, agent, [to])[0]
    act(
        call,
        name,
        refs,
        lambda store, agent, ids: run(store, agent, ids, target.id),
        lambda row, agent: row.id != target.id,
        done.format(ref=target.ref),
    )


def _on_message(
    call: Call,
    name: str,
    ref: str,
    message: str,
    run: Callable[[Store, Agent, str], Outcome],
    done: str,
    also: str = "",
) -> None:
    """Run an action on one message of a conversation and tell what it did."""
    from omni_tui.desk import inbox

    with writing(call) as (store, agent):
        row = named(store, agent, [ref])[0]
        id = _message_id(store, agent, row.id, message)
        if call.dry_run:
            ids = (row.id, *((named(store, agent, [also])[0].id,) if also else ()))
            outcome = Outcome(name, ids)
        else:
            outcome = run(store, agent, id)
        refs = {each.id: each.ref for each in inbox.rows(store, agent, outcome.changed)}
    tell_outcome(call, outcome, refs, done)


def _message_id(store: Store, agent: Agent, conversation_id: str, message: str) -> str:
    """The message of that id or number. Raises NotFound, with how many there are."""
    from omni_tui.desk.thread import open_thread

    opened = open_thread(store, agent, conversation_id, limit=100_000)
    written = [each for each in opened.messages if each.direction is not Direction.EVENT]
    if message.isascii() and message.isdigit() and 0 < int(message) <= len(written):
        return written[int(message) - 1].id
    if any(each.id == message for each in written):
        return message
    raise NotFound(
        _("There is no message {message} in #{ref}.").format(message=message, ref=opened.head.ref),
        _("It has {count}: omni-tui show {ref} --limit 1000").format(count=len(written), ref=opened.head.ref),
    )
