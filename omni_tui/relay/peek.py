"""Looking into a relay's queue from beside it, without changing anything."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Generator
from pathlib import Path

from omni_tui.model.errors import NotFound
from omni_tui.relay.events import Depth, Queued
from omni_tui.relay.queue import depth_of
from omni_tui.text.i18n import _

_NEWEST = "SELECT seq, source, event_id, content_type, body, received_at FROM events ORDER BY seq DESC LIMIT ?"
_SINCE = (
    "SELECT seq, source, event_id, content_type, body, received_at FROM events WHERE seq > ? ORDER BY seq LIMIT 500"
)


@contextlib.contextmanager
def _opened(folder: Path) -> Generator[sqlite3.Connection, None, None]:
    path = folder / "queue.db"
    if not path.exists():
        raise NotFound(
            _("There is no relay's queue in {folder}.").format(folder=folder),
            _("It is made when the relay first runs: omni-tui relay serve"),
        )
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
        yield db


def depth(folder: Path) -> Depth:
    """How full the queue in ``folder`` is. Raises :class:`NotFound` when there is none."""
    with _opened(folder) as db:
        return depth_of(db)


def newest(folder: Path, count: int) -> list[Queued]:
    """The last events that are still there, oldest first."""
    with _opened(folder) as db:
        rows = db.execute(_NEWEST, (max(0, count),)).fetchall()
    return [Queued(*row) for row in reversed(rows)]


def since(folder: Path, seq: int) -> list[Queued]:
    """Events behind ``seq``, oldest first."""
    with _opened(folder) as db:
        rows = db.execute(_SINCE, (seq,)).fetchall()
    return [Queued(*row) for row in rows]
