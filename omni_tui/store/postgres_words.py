"""PostgreSQL's errors in words. The codes: https://www.postgresql.org/docs/15/errcodes-appendix.html"""

from __future__ import annotations

import contextlib
from collections.abc import Generator

import psycopg

from omni_tui.model.errors import StoreAway, StoreBusy, StoreError, StoreFull, StoreTooNew
from omni_tui.text.i18n import _

LOCK_TIMEOUT = "55P03"
_CANCELLED = "57014"
_READ_ONLY = "25006"
_FULL = ("53100", "53200")
_CROWDED = "53300"
_NOT_ALLOWED = "42501"
_NO_TABLE = "42P01"
_DAMAGED = "XX"
# A prepared statement whose table has other columns now.
_OTHER_COLUMNS = "0A000"
_CONTENDED = (LOCK_TIMEOUT, "40001", "40P01")


@contextlib.contextmanager
def in_words(name: str) -> Generator[None, None, None]:
    """psycopg's errors as ours; ``name`` is the store for people.

    What is wrong with a value or a statement passes unchanged, as it does on SQLite: it concerns one message only.
    """
    try:
        yield
    except psycopg.Error as error:
        told = _told(error, name)
        if told is None:
            raise
        # Without its cause: what psycopg knows of a connection may be in it.
        raise told from None


def _told(error: psycopg.Error, name: str) -> StoreError | None:
    state = error.sqlstate or ""
    if state == _CANCELLED:
        return StoreBusy(_("The database took too long to answer."), _("Ask for less, or try again in a moment."))
    if state == _OTHER_COLUMNS:
        return StoreTooNew(
            _("The store was upgraded by another version of omni-tui."), _("It was upgraded, please restart omni-tui.")
        )
    if state in _CONTENDED:
        return StoreBusy(
            _("Another process is writing to the store."), _("Nothing was changed. Try again in a moment.")
        )
    if state in _FULL:
        return StoreFull(
            _("The disk or the memory of the database {name} is full.").format(name=name),
            _("Nothing was changed. Free some space on its host and try again."),
        )
    if state == _READ_ONLY:
        return StoreFull(
            _("The store {name} cannot be written.").format(name=name),
            _(
                "Perhaps this server is a standby: name all servers in store.url, and the one that writes is found. "
                "A pooler in between (PgBouncer) has to pool by session."
            ),
        )
    if state == _NOT_ALLOWED:
        return StoreError(
            _("The database {name} does not allow this: {said}").format(name=name, said=said(error)),
            _("Ask who runs it to make this user the owner of omni-tui's tables."),
        )
    if state == _NO_TABLE:
        return StoreError(
            _("The database {name} lacks a table: {said}").format(name=name, said=said(error)),
            _("omni-tui store migrate makes an empty database ready; a damaged one is restored from a backup."),
        )
    if state.startswith(_DAMAGED):
        return StoreError(
            _("The database {name} reports damage: {said}").format(name=name, said=said(error)),
            _("Restore the newest backup, or ask who runs it."),
        )
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return lost(name, error)
    return None


def lost(name: str, error: psycopg.Error) -> StoreAway:
    """The connection ended, or the server did."""
    return StoreAway(
        _("The connection to the database {name} was lost: {said}").format(name=name, said=said(error)),
        _("Nothing was changed. It is tried again with the next question."),
    )


def unreachable(name: str, error: psycopg.Error) -> StoreAway:
    """No connection could be made."""
    pgconn = error.pgconn
    if error.sqlstate == _CROWDED:
        hint = _("The server takes no more connections: close some, or raise max_connections.")
    elif pgconn is not None and (pgconn.needs_password or pgconn.used_password):
        hint = _("Check the user in store.url, and its password: in store.password_file and its like, or ~/.pgpass.")
    else:
        hint = _("Check store.url, whether the server runs, and whether this host can reach it.")
    return StoreAway(_("The database {name} cannot be reached: {said}").format(name=name, said=said(error)), hint)


def said(error: psycopg.Error) -> str:
    """What the server or its library says, in one line."""
    words = error.diag.message_primary or str(error)
    return " ".join(words.split()) or type(error).__name__
