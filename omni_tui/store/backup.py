"""Copies of the store, consistent while others write."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from omni_tui.model.errors import StoreError
from omni_tui.store.store import Store, _in_words, connect
from omni_tui.text.i18n import _


def backup(store: Store, target: Path) -> Path:
    """A verified copy of the store at ``target`` (0600), replaced only when the new one is whole."""
    copy_to(store.path, target)
    return target


def copy_to(path: Path, target: Path) -> None:
    """``VACUUM INTO`` beside ``target``, check, rename: stepwise backup never ends while others write."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    try:
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600))
    except OSError as error:
        raise StoreError(
            _("The backup {path} cannot be written: {reason}").format(path=target, reason=error.strerror)
        ) from error
    try:
        with _in_words(path), contextlib.closing(connect(path, "read")) as connection:
            connection.execute("VACUUM INTO :target", {"target": str(fresh)})
        with _in_words(fresh), contextlib.closing(sqlite3.connect(fresh)) as copy:
            said = copy.execute("PRAGMA quick_check").fetchone()[0]
        if said != "ok":
            raise StoreError(_("The backup did not pass its check: {said}").format(said=said))
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        fresh.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
