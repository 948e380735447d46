"""Opening a store: which engine, who may read it, and whether its schema is ours."""

from __future__ import annotations

import contextlib
import grp
import os
import sqlite3
import stat
from pathlib import Path

from omni_tui.model.errors import NotFound, StoreError, StoreExposed, StoreTooNew
from omni_tui.store.location import is_url
from omni_tui.store.sqlite import SqliteStore, connect
from omni_tui.store.sqlite_errors import in_words
from omni_tui.store.store import SCHEMA, Store
from omni_tui.text.i18n import _


def open_store(location: Path | str, *, group: str = "", create: bool = True) -> Store:
    """The store at ``location``: a file, or the ``postgresql://`` address of a database.

    A file is made or upgraded if need be; a database is not: ``omni-tui store migrate`` does that. Raises NotFound
    when it is not there (for a file: and ``create`` is False), StoreExposed when others could read it, StoreTooNew
    when a newer omni-tui has upgraded it, StoreTooOld for a database that has yet to be upgraded.
    """
    if isinstance(location, str) and is_url(location):
        from omni_tui.store.postgres import open_postgres

        return open_postgres(location)
    path = Path(location)
    gid = _gid(group)
    _prepare(path, gid, create)
    schema = schema_of(path)
    if schema > SCHEMA:
        raise StoreTooNew(
            _("The store was upgraded by a newer omni-tui (schema {theirs}, this one knows {ours}).").format(
                theirs=schema, ours=SCHEMA
            ),
            _("Upgrade omni-tui on this host."),
        )
    if schema < SCHEMA:
        from omni_tui.store.migrate import migrate

        migrate(path, schema)
    return SqliteStore(path)


def schema_of(path: Path) -> int:
    """The store's schema number, 0 for an empty file; read with plain ``sqlite3``."""
    with in_words(path), contextlib.closing(connect(path, "write")) as connection:
        try:
            row = connection.execute("SELECT value FROM counters WHERE name = 'schema'").fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            return 0
    return int(row[0]) if row else 0


def prepare(path: Path, group: str) -> tuple[int | None, int]:
    """Make the place of a store at ``path``, or check the one that is there; the group and the mode of its files."""
    gid = _gid(group)
    _prepare(path, gid, True)
    return gid, 0o600 if gid is None else 0o660


def _gid(group: str) -> int | None:
    if not group:
        return None
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError as error:
        raise StoreError(
            _("There is no Unix group called {group}.").format(group=group),
            _("Correct store.group, or create the group and add the agents to it."),
        ) from error


def _prepare(path: Path, gid: int | None, create: bool) -> None:
    folder = path.parent
    folder_mode, file_mode = (0o700, 0o600) if gid is None else (0o2770, 0o660)
    try:
        if path.is_dir():
            raise NotFound(
                _("{path} is a directory, and a store is a file.").format(path=path),
                _("Name a file in it: {path}").format(path=path / "omni.db"),
            )
        if not path.exists():
            if not create:
                raise NotFound(_("There is no store at {path}.").format(path=path), _("omni-tui init makes one."))
            if not folder.exists():
                folder.mkdir(parents=True, mode=0o700)
                share(folder, gid, folder_mode)
            _refuse_exposed(folder, gid, folder_mode)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600))
            share(path, gid, file_mode)
        _refuse_exposed(folder, gid, folder_mode)
        _refuse_exposed(path, gid, file_mode)
        if gid is not None:
            _refuse_private(path, gid)
    except OSError as error:
        raise StoreError(
            _("The store {path} could not be opened: {reason}").format(path=path, reason=error.strerror),
            _("Check that its directory exists, has space, and belongs to you."),
        ) from error


def share(path: Path, gid: int | None, mode: int) -> None:
    """Give a file of a store its group and mode."""
    if gid is not None:
        os.chown(path, -1, gid)
    path.chmod(mode)


def _refuse_exposed(path: Path, gid: int | None, mode: int) -> None:
    seen = path.stat()
    open_to = stat.S_IMODE(seen.st_mode) & 0o777 & ~mode
    wrong_group = gid is not None and seen.st_gid != gid and seen.st_mode & 0o070
    if open_to or wrong_group:
        group = f"chgrp {grp.getgrgid(gid).gr_name} {path} && " if gid is not None and wrong_group else ""
        close = _("Close it: {command}").format(command=f"{group}chmod {mode:o} {path}")
        raise StoreExposed(
            _("{path} is open to other users of this host.").format(path=path),
            _("Keep the store in a directory of its own.") if _is_everybodys(path, seen) else close,
        )


def _is_everybodys(path: Path, seen: os.stat_result) -> bool:
    """Whether others live in a directory, as in ``/`` and ``/tmp``: who closed it would lock them out."""
    return stat.S_ISDIR(seen.st_mode) and (len(path.parts) <= 2 or seen.st_mode & stat.S_ISVTX != 0)


def _refuse_private(path: Path, gid: int) -> None:
    """A store made before it was to be shared: only its owner may open it up, and knows what else is there."""
    seen, around = path.stat(), path.parent.stat()
    if seen.st_gid != gid or around.st_gid != gid or seen.st_mode & 0o060 != 0o060 or around.st_mode & 0o070 != 0o070:
        group, folder = grp.getgrgid(gid).gr_name, path.parent
        raise StoreError(
            _("The store {path} is not shared with the group {group} yet.").format(path=path, group=group),
            _("Close omni-tui everywhere and share it: {command}").format(
                command=f"chgrp {group} {folder} {path}* && chmod 2770 {folder} && chmod 660 {path}*"
            ),
        )
