"""``outbox list|now|retry|cancel``: answers that are not plainly sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.call import Call, reading, writing
from omni_tui.cli.clock import exact, now_ms, shown
from omni_tui.cli.columns import print_columns
from omni_tui.cli.params import Limit
from omni_tui.cli.verb import verb
from omni_tui.desk.state_words import outbox_word
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import OutboxState
from omni_tui.model.errors import Conflict, NotFound
from omni_tui.model.message import OutboxRow
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.desk.outbox import Unsettled
    from omni_tui.store import Store

_DAY_MS = 86_400_000
Which = Annotated[
    str,
    typer.Argument(
        metavar="REF",
        help=_("The conversation's number, or the id from outbox list."),
        autocompletion=completing.unsent,
    ),
]


@verb(
    _("List replies that are queued, failed or uncertain."),
    "omni-tui outbox list",
    "omni-tui outbox list --json",
    lists=True,
)
def list_(ctx: typer.Context, limit: Limit = 100) -> None:
    from omni_tui.desk import outbox

    call = Call.of(ctx)
    with reading(call) as (store, _agent):
        rows = outbox.unsettled(store, limit)
    if call.ndjson:
        output.stream("outgoing", rows)
    elif call.json:
        output.document("outbox", outbox=rows)
    else:
        print_columns(
            (_("REF"), _("STATE"), _("LEAVES"), _("ID"), _("REMARK")),
            [
                (
                    f"#{row.ref}",
                    outbox_word(row.outbox.state),
                    _leaves(row.outbox.not_before),
                    row.outbox.id,
                    _remark(row),
                )
                for row in rows
            ],
            widest=36,
        )
        if not rows:
            output.say(_("Nothing waits to be sent."))


def _leaves(at: int) -> str:
    """The hour alone tells too little of what was put off until another day."""
    return exact(at) if at - now_ms() > _DAY_MS // 2 else shown(at)


def _remark(row: Unsettled) -> str:
    return row.outbox.error or (_("the customer wrote since") if row.crossed else "")


@verb(
    _("Send a failed or uncertain reply again. An uncertain one may then arrive twice."),
    "omni-tui outbox retry 1042",
    writes=True,
)
def retry(ctx: typer.Context, which: Which) -> None:
    from omni_tui.desk import replies

    done = _("Queued again: #{ref}.")
    _settle(ctx, which, (OutboxState.FAILED, OutboxState.UNCERTAIN), replies.retry, done)


@verb(
    _("Let a reply leave now that waits for later."),
    "omni-tui outbox now 1042",
    writes=True,
)
def now(ctx: typer.Context, which: Which) -> None:
    from omni_tui.desk import replies

    _settle(ctx, which, (OutboxState.QUEUED,), replies.send_now, _("Leaves now: #{ref}."))


@verb(
    _("Do not send a reply; its text is a draft again."),
    "omni-tui outbox cancel 1042",
    writes=True,
)
def cancel(ctx: typer.Context, which: Which) -> None:
    from omni_tui.desk import replies

    states = (OutboxState.QUEUED, OutboxState.FAILED, OutboxState.UNCERTAIN)
    _settle(ctx, which, states, replies.give_up, _("Not sent, a draft again: #{ref}."))


def _settle(
    ctx: typer.Context,
    which: str,
    states: tuple[OutboxState, ...],
    run: Callable[[Store, Agent, str], OutboxRow],
    done: str,
) -> None:
    call = Call.of(ctx)
    with writing(call) as (store, agent):
        found = _named(store, which, states)
        rows = [found.outbox if call.dry_run else run(store, agent, found.outbox.id)]
    if call.json:
        output.document("outbox_change", dry_run=call.dry_run, ref=found.ref, outbox=rows[0])
        return
    if rows[0].state is OutboxState.SENT:
        # Some had it already: nothing of it is a draft again.
        done = _("Left at that, others have it: #{ref}.")
    sentence = done.format(ref=found.ref)
    output.say(_("Would do: {sentence}").format(sentence=sentence) if call.dry_run else sentence)


def _named(store: Store, which: str, states: tuple[OutboxState, ...]) -> Unsettled:
    """The one answer meant: by its id, or the only one of a conversation that can still be decided about."""
    from omni_tui.desk import outbox

    everything = outbox.unsettled(store, 100_000)
    mine = [
        row for row in everything if which in (row.outbox.id, row.conversation_id) or which.lstrip("#") == str(row.ref)
    ]
    if not mine:
        raise NotFound(
            _("{which} has no reply in the outbox.").format(which=which), _("List them: omni-tui outbox list")
        )
    fitting = [row for row in mine if row.outbox.state in states]
    if not fitting:
        raise Conflict(_("That reply is {state} by now.").format(state=outbox_word(mine[0].outbox.state)))
    if len(fitting) > 1:
        raise Conflict(
            _("{which} has several replies in the outbox.").format(which=which),
            _("Name one by its id: {ids}").format(ids=", ".join(row.outbox.id for row in fitting)),
        )
    return fitting[0]
