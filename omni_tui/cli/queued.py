"""What the verbs that send have in common: the moment it leaves, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call
from omni_tui.model.errors import UsageError
from omni_tui.model.message import Party
from omni_tui.model.outcome import Queued
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.store import Store


def moment_asked(at: str, delay: int) -> int:
    """When it is to leave by ``--at`` (epoch ms; 0: as soon as ``--delay`` is over). Raises UsageError."""
    from omni_tui.cli.clock import moment_of

    if at and delay:
        raise UsageError(_("--at and --delay exclude each other."), _("--at names a moment, --delay so many seconds."))
    return moment_of(at) if at else 0


def planned(call: Call, name: str, told: dict[str, Any], leaves_at: int) -> None:
    """What ``--dry-run`` prints as JSON."""
    if call.json:
        output.document(name, dry_run=True, **told, leaves_at=leaves_at or None)


def follow(
    call: Call,
    store: Store,
    name: str,
    queued: Queued,
    told: dict[str, Any],
    *,
    leaves_at: int,
    wait: bool,
    timeout_s: int,
) -> None:
    """Say when what was stored leaves, ``wait`` for that if asked to, and tell it as JSON. Ends the verb with the exit
    code of how it went where it waited."""
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
    ended = wait_for(store, queued, timeout_s) if wait else None
    if call.json:
        output.document(
            name,
            dry_run=False,
            **told,
            leaves_at=leaves_at or None,
            message_id=queued.message_id,
            outbox=replies.outbox_state(store, queued.outbox_id),
            act_id=queued.act_id,
        )
    if ended is not None:
        output.say(ended.sentence)
        raise typer.Exit(ended.code)


def people(parties: Sequence[Party]) -> str:
    """Addresses in a sentence."""
    return ", ".join(clean_line(party.address) for party in parties) or _("nobody")
