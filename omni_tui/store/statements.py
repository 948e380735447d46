"""The named statements of ``sql/statements/*.sql``: ``-- name: inbox_page`` and the SQL below it.

A middle word in a file's name (``search.sqlite.sql``) says that it is for that engine alone.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from omni_tui.store.dialect import Dialect, for_sqlite

SQL_DIR = Path(__file__).parent / "sql"


@cache
def all_statements(dialect: Dialect) -> dict[str, str]:
    """Every statement of the engine by name."""
    found: dict[str, str] = {}
    folder = str(SQL_DIR / "statements")
    for name in sorted(os.listdir(folder)):  # noqa: PTH208
        # Read at every start: files are put into an engine's words whole, and no path is taken apart.
        _stem, *engines, ending = name.split(".")
        if ending != "sql" or (engines and engines != [dialect]):
            continue
        with open(f"{folder}/{name}", encoding="utf-8") as file:  # noqa: PTH123
            text = file.read()
        _add(found, for_sqlite(text) if dialect == "sqlite" else text)
    return found


def _add(found: dict[str, str], text: str) -> None:
    for block in text.split("-- name: ")[1:]:
        name, _, sql = block.partition("\n")
        name = name.strip()
        if name in found:
            raise ValueError(f"two statements are named {name}")
        found[name] = sql.strip().rstrip(";")
