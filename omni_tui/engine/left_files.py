"""A file that was left on the server for its size, fetched because somebody wants it.

Needs no lease: the channel is only read, and the file is stored under what it contains.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO

from omni_tui.config.settings import Settings
from omni_tui.connectors.base import Connector, Locating
from omni_tui.desk import left_files
from omni_tui.desk.left_files import LeftFile
from omni_tui.engine.probe import configured_channel
from omni_tui.model.errors import ChannelError, NotFound, Permanent
from omni_tui.store import Store
from omni_tui.text.i18n import _

CLOSE_S = 2.0
TELL_BYTES = 1_000_000


def fetch(
    settings: Settings, store: Store, attachment_id: str, tell: Callable[[int, int], None] = lambda _done, _all: None
) -> None:
    """Fetch a file; nothing to do for one that is here.

    ``tell`` hears every megabyte how many bytes of how many are there. Raises NotFound, ConfigError, ChannelError,
    StoreError; then the file is still on the server alone.
    """
    file = left_files.find(store, attachment_id)
    if file is None:
        return
    channel = configured_channel(settings, file.channel)
    with tempfile.TemporaryFile() as kept:
        asyncio.run(_fetch(channel.open(), file, kept, tell))
        kept.seek(0)
        left_files.keep(store, file, kept)


async def _fetch(connector: Connector, file: LeftFile, kept: BinaryIO, tell: Callable[[int, int], None]) -> None:
    failure: ChannelError | NotFound | None = None
    try:
        async for stream, locator in _places(connector, file):
            kept.seek(0)
            kept.truncate()
            try:
                if await _copied(connector, stream, locator, file, kept, tell):
                    return
            except (Permanent, NotFound) as error:
                failure = error  # it may lie somewhere else, too
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await connector.close()
    raise failure or NotFound(
        _("The file is no longer on the server: its mail was deleted there."),
        _("It may lie in a folder that channel {name} cannot open.").format(name=file.channel),
    )


async def _places(connector: Connector, file: LeftFile) -> AsyncIterator[tuple[str, str]]:
    """Where its message was seen, then where it was moved to, if it was."""
    for place in file.places:
        yield place
    if isinstance(connector, Locating) and file.external_id:
        moved = await connector.locate(file.external_id, file.part)
        if moved is not None:
            yield moved


async def _copied(
    connector: Connector, stream: str, locator: str, file: LeftFile, kept: BinaryIO, tell: Callable[[int, int], None]
) -> bool:
    done = told = 0
    async for piece in connector.fetch(stream, locator, file.part):
        kept.write(piece)
        done += len(piece)
        if done - told >= TELL_BYTES:
            told = done
            tell(done, file.size)
    return done > 0
