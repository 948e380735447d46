"""The named statements of ``sql/statements/*.sql``: ``-- name: inbox_page`` and the SQL below it.

A middle word in a file's name (``search.sqlite.sql``) says that it is for that engine alone.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from omni_tui.store.dialect import Dialect, for_sqlite

SQL_DIR = Path(__file__).parent / "sql"


@cache
def all_statements(dialect: Dialect) -> dict[str, str]:
    """Every statement of the engine by name."""
    found: dict[str, str] = {}
    for file in sorted((SQL_DIR / "statements").glob("*.sql")):
        if file.suffixes[0] not in (".sql", f".{dialect}"):
            continue
        for block in file.read_text("utf-8").split("-- name: ")[1:]:
            name, _, sql = block.partition("\n")
            if name.strip() in found:
                raise ValueError(f"two statements are named {name.strip()}")
            sql = sql.strip().rstrip(";")
            found[name.strip()] = for_sqlite(sql) if dialect == "sqlite" else sql
    return found
