"""The named statements of ``sql/statements/*.sql``: ``-- name: inbox_page`` and the SQL below it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from omni_tui.store.dialect import for_sqlite

SQL_DIR = Path(__file__).parent / "sql"


@cache
def _all() -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted((SQL_DIR / "statements").glob("*.sql")):
        for block in file.read_text("utf-8").split("-- name: ")[1:]:
            name, _, sql = block.partition("\n")
            if name.strip() in found:
                raise ValueError(f"two statements are named {name.strip()}")
            found[name.strip()] = for_sqlite(sql.strip().rstrip(";"))
    return found


def statement(name: str) -> str:
    """The SQL named ``name``; KeyError for a name that no file has."""
    return _all()[name]
