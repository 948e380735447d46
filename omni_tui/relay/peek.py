"""Looking into a relay's queue from beside it, without changing anything."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Generator
from pathlib import Path
from typing import Protocol

from omni_tui.model.errors import ConfigError, NotFound
from omni_tui.relay.durable import open_queue
from omni_tui.relay.events import Depth, Queued
from omni_tui.relay.queue import depth_of, newest_of, since_of
from omni_tui.relay.settings import check_there, load
from omni_tui.text.i18n import _


class View(Protocol):
    """What can be asked of a queue somebody else works with."""

    def depth(self) -> Depth:
        """How full it is."""

    def newest(self, count: int) -> list[Queued]:
        """The last events that are still there, oldest first."""

    def since(self, seq: int, limit: int = 500) -> list[Queued]:
        """Events behind ``seq``, oldest first."""


class _FileView:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def depth(self) -> Depth:
        return depth_of(self._db)

    def newest(self, count: int) -> list[Queued]:
        return newest_of(self._db, count)

    def since(self, seq: int, limit: int = 500) -> list[Queued]:
        return since_of(self._db, seq, limit)


@contextlib.contextmanager
def peek(folder: Path) -> Generator[View, None, None]:
    """The queue of the relay in ``folder``. Raises :class:`NotFound` when there is none, ``StoreAway``."""
    check_there(folder)
    if _shared(folder):
        with contextlib.closing(open_queue(load(folder))) as queue:
            yield queue
        return
    path = folder / "queue.db"
    if not path.exists():
        raise NotFound(
            _("There is no relay's queue in {folder}.").format(folder=folder),
            _("It is made when the relay first runs: omni-tui relay serve"),
        )
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
        yield _FileView(db)


def _shared(folder: Path) -> bool:
    """Whether the relay's settings name a database. What else is wrong in them keeps nobody from looking."""
    try:
        return bool(load(folder).server.database)
    except ConfigError:
        return False
