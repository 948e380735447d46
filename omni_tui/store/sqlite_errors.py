"""SQLite's errors as ours."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Generator
from pathlib import Path

from omni_tui.model.errors import StoreBusy, StoreError, StoreFull
from omni_tui.store.store import Interrupted
from omni_tui.text.i18n import _

ROOM = 128 * 1024
"""Bytes without which no store can be opened: twice the index of its log, and a few pages."""


def _no_space_beside(path: Path) -> bool:
    """Without room for the files beside the store SQLite speaks of an I/O error, or that it cannot open the file."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < ROOM


def _read_only(path: Path) -> bool:
    """On a file system that takes no writing SQLite only says that it cannot open the file beside the store."""
    try:
        return bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    except OSError:
        return False


@contextlib.contextmanager
def in_words(path: Path) -> Generator[None, None, None]:
    """SQLite's errors as ours. Anything else that goes wrong inside passes unchanged."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = str(error)
        if "interrupted" in said:
            raise Interrupted(_("The question was dropped for a newer one.")) from error
        if "locked" in said or "busy" in said:
            raise StoreBusy(
                _("Another process is writing to the store."),
                _("Nothing was changed. Try again in a moment."),
            ) from error
        if "readonly" in said or "read-only" in said or _read_only(path):
            raise StoreFull(
                _("The store {path} cannot be written.").format(path=path),
                _("Check its owner and whether the file system is read-only."),
            ) from error
        if "full" in said or _no_space_beside(path):
            raise StoreFull(
                _("The disk that holds {path} is full.").format(path=path),
                _("Nothing was changed. Free some space and try again."),
            ) from error
        raise StoreError(
            _("The store {path} could not be used: {said}").format(path=path, said=said),
            _("See what is wrong: omni-tui doctor --store. Put a backup in its place: omni-tui restore FILE"),
        ) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.DataError):
            raise
        raise StoreError(
            _("{path} is damaged or is no omni-tui store: {said}").format(path=path, said=error),
            _("Put the newest backup in its place: omni-tui restore FILE (omni-tui doctor names it)"),
        ) from error
