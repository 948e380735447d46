"""One attempt to carry out a claimed command, what came of it, and how that is stored."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from omni_tui.connectors.base import Connector
from omni_tui.desk import outbox
from omni_tui.engine import backoff
from omni_tui.engine.log import sentence
from omni_tui.engine.tenure import OVER, Tenure
from omni_tui.engine.timing import Timing
from omni_tui.model.commands import Receipt
from omni_tui.model.errors import OmniError, Permanent, Retry, StoreError, Unknown
from omni_tui.store import Store
from omni_tui.text.i18n import _

logger = logging.getLogger(__name__)

SETTLE_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Sent:
    """It left; whom the server deferred is tried again in ``wait_s`` seconds."""

    receipt: Receipt
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Again:
    """It certainly did not leave; without ``error`` it was not even tried."""

    wait_s: float
    error: Retry | None


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not leave and will not."""

    error: Permanent


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have left."""

    error: BaseException
    unexpected: bool = False


Verdict = Sent | Again | Failed | Uncertain


async def attempt(connector: Connector, claimed: outbox.Claimed, timing: Timing) -> Verdict:
    """Perform ``claimed`` within its time. Whatever is not plainly "not sent" is uncertain; never raises.

    A cancelled attempt is uncertain too: the one who cancels waits for that to be stored.
    """
    try:
        async with asyncio.timeout(timing.perform):
            receipt = await connector.perform(claimed.command)
        return Sent(receipt, backoff.delay(claimed.attempts, timing) if receipt.deferred else 0.0)
    except Retry as error:
        return Again(backoff.delay(claimed.attempts, timing, error), error)
    except Permanent as error:
        return Failed(error)
    except Unknown as error:
        return Uncertain(error)
    except TimeoutError:
        return Uncertain(Unknown(_("The channel gave no answer in time, so the message may have left.")))
    except asyncio.CancelledError:
        if (task := asyncio.current_task()) is not None:
            task.uncancel()
        return Uncertain(Unknown(_("The engine was stopped while the message was on its way.")))
    except Exception as error:
        return Uncertain(error, unexpected=True)


async def settle(tenure: Tenure, claimed: outbox.Claimed, verdict: Verdict) -> None:
    """Store ``verdict``, again and again while the store cannot take it: what was sent must not be forgotten.

    Gives up when the claim is over, for then the message is shown as uncertain. Raises what is ``OVER``.
    """
    transition = _transition(tenure.epoch, claimed.outbox_id, verdict)
    loop = asyncio.get_running_loop()
    until = loop.time() + tenure.timing.claim
    while True:
        try:
            await tenure.write(transition)
            return
        except OVER:
            raise
        except StoreError as error:
            logger.warning("outbox: what became of a message could not be stored: %s", sentence(error))
            if loop.time() > until:
                return
        except OmniError as error:
            logger.warning("outbox: %s", sentence(error))
            return
        await asyncio.sleep(SETTLE_AGAIN_S)


def _transition(epoch: int, outbox_id: str, verdict: Verdict) -> Callable[[Store], object]:
    match verdict:
        case Sent(receipt, wait_s):
            again_at = round((time.time() + wait_s) * 1000)
            return lambda store: outbox.sent(store, epoch, outbox_id, receipt, again_at)
        case Again(wait_s, error):
            said = "" if error is None else sentence(error)
            not_before = round((time.time() + wait_s) * 1000)
            return lambda store: outbox.again(store, epoch, outbox_id, not_before, said)
        case Failed(refusal):
            return lambda store: outbox.failed(store, epoch, outbox_id, sentence(refusal))
        case Uncertain(doubt):
            return lambda store: outbox.uncertain(store, epoch, outbox_id, _doubt(doubt))


def _doubt(error: BaseException) -> str:
    if isinstance(error, OmniError):
        return sentence(error)
    return _("Something unexpected happened while sending ({kind}).").format(kind=type(error).__name__)
