"""Watches the change feed, so that what an agent does reaches the engine at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from omni_tui.engine.log import sentence
from omni_tui.engine.tenure import OVER, Tenure
from omni_tui.model.errors import StoreError
from omni_tui.store.feed import Changes, Feed

logger = logging.getLogger(__name__)


async def watch(tenure: Tenure, told: Callable[[Changes | None], None]) -> None:
    """Call ``told`` with what changed; None stands for anything. Raises what is ``OVER``."""
    feed: Feed | None = None
    while True:
        try:
            if feed is None:
                feed = await tenure.read(Feed)
                told(None)
            async with contextlib.aclosing(tenure.threads.watch(feed.poll, tenure.timing.feed)) as found:
                async for changes in found:
                    told(changes)
        except OVER:
            raise
        except StoreError as error:
            logger.warning("change feed: %s", sentence(error))
            await asyncio.sleep(tenure.timing.look_again)
