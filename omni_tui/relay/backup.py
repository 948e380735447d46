"""A copy of a relay's directory, consistent while the relay goes on.

The copy of the queue has an id of its own. Numbers that were given after it was made would be given again to other
events once it is put back, and an engine that has read on would pass those over: to an engine it is another queue,
whose events it reads from the first one and knows again by their ids.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
from pathlib import Path

from omni_tui.model.errors import Conflict, StoreError
from omni_tui.relay.settings import check_there
from omni_tui.text.i18n import _

_PLAIN = ("relay.toml", "tokens.json")
_DATABASES = ("chat.db", "queue.db")
"""In this order: what a visitor says is in the queue before it is in the chat, so no copy shows what nobody fetches."""


def backup(folder: Path, target: Path) -> tuple[Path, ...]:
    """Copy what the relay in ``folder`` keeps into the new directory ``target`` (0700); which files.

    A queue in PostgreSQL is not among them. Raises ``NotFound``, ``Conflict`` or ``StoreError``.
    """
    check_there(folder)
    if target.exists():
        raise Conflict(_("{path} is there already.").format(path=target), _("Name another directory."))
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        fresh.mkdir(mode=0o700, parents=True)
        for name in _PLAIN:
            with contextlib.suppress(FileNotFoundError):
                _written(fresh / name, (folder / name).read_bytes())
        for name in _DATABASES:
            if (folder / name).exists():
                _copied(folder / name, fresh / name)
        if (fresh / "queue.db").exists():
            _renamed(fresh / "queue.db")
        fresh.replace(target)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        raise StoreError(
            _("The backup {path} cannot be written: {reason}").format(path=target, reason=reason),
            _("Is there room, and may this user write there?"),
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return tuple(sorted(target.iterdir()))


def _written(file: Path, data: bytes) -> None:
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _copied(database: Path, copy: Path) -> None:
    _written(copy, b"")
    uri = f"{database.absolute().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=10, isolation_level=None)) as db:
        db.execute("VACUUM INTO ?", (str(copy),))
    with contextlib.closing(sqlite3.connect(copy)) as db:
        found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)
    with copy.open("rb") as made:
        os.fsync(made.fileno())


def _renamed(queue: Path) -> None:
    with contextlib.closing(sqlite3.connect(queue)) as db, db:
        db.execute("UPDATE queue SET id = ?", (secrets.token_hex(8),))
