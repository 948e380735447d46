"""Keeps the lease while the engine works, and ends the work the moment it is lost."""

from __future__ import annotations

import asyncio
import logging
import os
import socket

from omni_tui.desk import lease
from omni_tui.engine.log import sentence
from omni_tui.engine.tenure import OVER, Tenure
from omni_tui.model.errors import StoreError
from omni_tui.model.ids import uuid7
from omni_tui.store.store import LeaseLost
from omni_tui.text.i18n import _

logger = logging.getLogger(__name__)


def owner_name() -> str:
    """A name no other engine has, that also tells a person where this one runs."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid7()[-12:]}"


async def keep(tenure: Tenure) -> None:
    """Renew the lease for ever. Raises ``LeaseLost`` when it is another's.

    While the store cannot be written nobody can take the lease either: one that ran out meanwhile is still ours.
    """
    ttl_ms = round(tenure.timing.lease_ttl * 1000)
    while True:
        await asyncio.sleep(tenure.timing.lease_renew)
        try:
            ours = await tenure.write(lease.renew, tenure.owner, tenure.epoch, ttl_ms)
        except OVER:
            raise
        except StoreError as error:
            logger.warning("lease: %s", sentence(error))
            continue
        if not ours:
            raise LeaseLost(_("Another engine took over this store."))
