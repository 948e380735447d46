"""Where SQLite's words differ from the portable SQL of the ``.sql`` files: this table and nothing else."""

from __future__ import annotations

SQLITE = {
    "BIGINT": "INTEGER",  # STRICT tables know no BIGINT
    "/*strict*/": "STRICT",
    "/*pk*/": "INTEGER PRIMARY KEY",
    "/*tsv*/": "TEXT",
    "/*blob*/": "BLOB",
}


def for_sqlite(sql: str) -> str:
    """Portable SQL in SQLite's words."""
    for ours, theirs in SQLITE.items():
        sql = sql.replace(ours, theirs)
    return sql
