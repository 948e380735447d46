"""What a store holds, read with plain ``sqlite3`` behind the program's back."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any


def rows(path: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The answer of one query, on a connection of its own. Empty while there is no store yet."""
    try:
        opened = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        with contextlib.closing(opened) as connection:
            return connection.execute(sql, values).fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error) or "unable to open" in str(error):
            return []
        raise


def change(path: Path, sql: str) -> None:
    """Interfere: execute one statement."""
    with contextlib.closing(sqlite3.connect(path, timeout=10)) as connection, connection:
        connection.execute(sql)


def bodies(path: Path, direction: str = "inbound") -> list[str]:
    """The texts of all messages of one direction, sorted."""
    return sorted(row[0].strip() for row in rows(path, "SELECT body FROM messages WHERE direction = ?", direction))


def conversations(path: Path) -> list[str]:
    """The ids of all conversations, in the order they were made."""
    return [row[0] for row in rows(path, "SELECT id FROM conversations ORDER BY ref")]


def outbox(path: Path) -> list[tuple[str, str]]:
    """State and error of everything in the outbox, oldest first."""
    return rows(path, "SELECT state, error FROM outbox ORDER BY created_at, id")


def states(path: Path) -> list[str]:
    """The states of everything in the outbox, oldest first."""
    return [state for state, _error in outbox(path)]


def health(path: Path) -> dict[str, tuple[str, str]]:
    """Health and error by channel."""
    return {name: (is_, error) for name, is_, error in rows(path, "SELECT name, health, error FROM channels")}


def sound(path: Path) -> bool:
    """Whether SQLite finds the file whole."""
    return rows(path, "PRAGMA integrity_check") == [("ok",)] and not rows(path, "PRAGMA foreign_key_check")
