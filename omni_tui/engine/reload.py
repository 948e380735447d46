"""Notices that the configuration changed, so that a channel just added is followed without a restart."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

from omni_tui.config.load import load_settings
from omni_tui.config.settings import Settings
from omni_tui.engine.channels import configured
from omni_tui.engine.log import sentence
from omni_tui.engine.timing import Timing
from omni_tui.model.errors import ConfigError
from omni_tui.store import Store
from omni_tui.store.threads import StoreThreads

logger = logging.getLogger(__name__)

_Stamp = tuple[int, int, int] | None


async def changed(settings: Settings, threads: StoreThreads, timing: Timing) -> Settings:
    """Return ``settings`` with its channels and inbox rules anew once the file holds others.

    A file with mistakes is told in the log and not taken: the engine goes on with what it has.
    """
    seen = await threads.read(_stamp, settings.file)
    while True:
        await asyncio.sleep(timing.tick)
        now = await threads.read(_stamp, settings.file)
        if now == seen:
            continue
        seen = now
        try:
            found = await threads.read(_load, settings)
        except ConfigError as error:
            logger.warning("engine: the changed configuration is not taken: %s", sentence(error))
            continue
        if found != settings:
            return found


def _stamp(_store: Store, file: Path) -> _Stamp:
    """What tells one state of the file from another. Asked on the reader thread, for a disk may be slow."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _load(_store: Store, settings: Settings) -> Settings:
    new = load_settings(settings.file)
    found = replace(settings, channels=new.channels, inbox=new.inbox)
    configured(found)
    return found
