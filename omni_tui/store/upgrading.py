"""Bringing a store to this program's schema, asked for by a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from omni_tui.store.location import is_url, shown
from omni_tui.store.opening import open_store, schema_of
from omni_tui.store.store import SCHEMA


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The store for people to read, and its schema before (0: it was not there) and after."""

    name: str
    before: int
    after: int


def upgrade(location: Path | str, *, group: str = "", dry_run: bool = False) -> Upgraded:
    """Make the store at ``location``, or bring it to this program's schema. Several may do so at once.

    Raises StoreTooNew when a newer omni-tui has upgraded it.
    """
    if isinstance(location, str) and is_url(location):
        from omni_tui.store.postgres import schema_at
        from omni_tui.store.postgres_migrate import migrate_postgres

        before = schema_at(location) if dry_run else migrate_postgres(location)
        return Upgraded(shown(location), before, max(before, SCHEMA))
    path = Path(location)
    before = schema_of(path) if path.exists() else 0
    if not dry_run:
        open_store(path, group=group).close()
    return Upgraded(str(path), before, max(before, SCHEMA))
