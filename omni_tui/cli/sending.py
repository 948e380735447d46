"""Following an answer from the store to the customer's server."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from omni_tui.cli.exit import ExitCode
from omni_tui.desk.state_words import outbox_word
from omni_tui.model.enums import OutboxState
from omni_tui.model.outcome import Queued
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.store import Store

ASK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Ended:
    """How waiting for an answer ended, for people and for the shell."""

    sentence: str
    code: ExitCode


def engine_runs(store: Store) -> bool:
    """Whether an engine works for this store now."""
    from omni_tui.desk import lease

    return lease.holder(store) is not None


def wait_for(store: Store, queued: Queued, timeout_s: float) -> Ended:
    """Ask until the answer is sent, refused, uncertain or called back, at most ``timeout_s`` after it is due."""
    from omni_tui.desk import replies

    until = time.monotonic() + timeout_s + max(0.0, queued.leaves_at / 1000 - time.time())
    while True:
        row = replies.outbox_state(store, queued.outbox_id)
        if row.state is OutboxState.SENT:
            text = _("Sent, but not to everybody: {error}") if row.error else _("Sent.")
            return Ended(text.format(error=row.error), ExitCode.DONE)
        if row.state is OutboxState.FAILED:
            return Ended(_("Refused: {error}").format(error=row.error), ExitCode.CHANNEL)
        if row.state is OutboxState.UNCERTAIN:
            text = _("It may have been sent, nobody knows: {error}\nLook into the Sent folder before: outbox retry")
            return Ended(text.format(error=row.error), ExitCode.FAILED)
        if row.state is OutboxState.CANCELLED:
            return Ended(_("It was called back and is a draft again."), ExitCode.CONFLICT)
        if time.monotonic() >= until:
            text = _("Still {state} after {seconds:g} s; it stays in the outbox. See: omni-tui outbox list")
            return Ended(text.format(state=outbox_word(row.state), seconds=timeout_s), ExitCode.FAILED)
        time.sleep(ASK_EVERY_S)
