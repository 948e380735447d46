"""Rows that refer to rows which are gone, sources nobody refers to or that are damaged, counters left behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from omni_tui.store import shape
from omni_tui.store.checks.check import Check, Key
from omni_tui.store.paging import PAGE, select
from omni_tui.store.shape import Reference, Table
from omni_tui.store.store import Tx, Writer
from omni_tui.store.unfinished import REST_MS, finished, uses
from omni_tui.text.i18n import _


def checks() -> tuple[Check, ...]:
    """The checks of this kind."""
    return (
        *(_reference(table, reference) for table in shape.tables() for reference in table.references),
        Check(_("merged customers"), _("customers who point at one who was merged: {count}"), _unrooted, _root),
        Check(_("unused sources"), _("sources that belong to no message: {count}"), _unused, _forget),
        Check(_("sources"), _("sources that are not what they were: {count}"), _damaged),
        Check(_("counters"), _("counters that are behind what they count: {count}"), _behind, _catch_up),
    )


def _reference(table: Table, reference: Reference) -> Check:
    required = next(column for column in table.columns if column.name == reference.column).required
    mend = partial(_delete, table) if reference.cascades else None if required else partial(_unset, table, reference)
    return Check(
        f"{table.name}.{reference.column}",
        _("rows that refer to something that is gone: {count}"),
        partial(_orphans, table, reference),
        mend,
    )


def _orphans(table: Table, reference: Reference, tx: Tx) -> Iterator[Sequence[Key]]:
    gone = (
        f"t.{reference.column} IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM {reference.table} p WHERE p.{reference.target} = t.{reference.column})"
    )
    yield from keys(tx, f"{table.name} t", [f"t.{name}" for name in table.key], gone)


def keys(tx: Tx, source: str, key: Sequence[str], condition: str) -> Iterator[Sequence[Key]]:
    """The keys of the rows that meet a condition, a page at a time."""
    for page in select(tx, source, key, [], condition):
        yield [tuple(row[n] for n in range(len(key))) for row in page]


def _delete(table: Table, tx: Writer, found: Sequence[Key]) -> None:
    same = " AND ".join(f"{name} = :{name}" for name in table.key)
    tx.execute_many(f"DELETE FROM {table.name} WHERE {same}", [_named(table, key) for key in found])


def _unset(table: Table, reference: Reference, tx: Writer, found: Sequence[Key]) -> None:
    same = " AND ".join(f"{name} = :{name}" for name in table.key)
    tx.execute_many(
        f"UPDATE {table.name} SET {reference.column} = NULL WHERE {same}", [_named(table, key) for key in found]
    )


def _named(table: Table, key: Key) -> dict[str, Any]:
    return dict(zip(table.key, key, strict=True))


def _unrooted(tx: Tx) -> Iterator[Sequence[Key]]:
    yield from keys(tx, "customers c JOIN customers r ON r.id = c.root_id", ["c.id"], "r.root_id <> r.id")


def _root(tx: Writer, found: Sequence[Key]) -> None:
    for (id,) in found:
        seen, at = {id}, id
        while (root := tx.query("SELECT root_id FROM customers WHERE id = :id", {"id": at})[0][0]) not in (at, *seen):
            seen.add(at := root)
        # Who point at one another in a circle become their own.
        tx.execute_many("UPDATE customers SET root_id = :root WHERE id = :id", [{"id": id, "root": at}])
        tx.execute_many("UPDATE customers SET root_id = id WHERE id = :id", [{"id": at}])
        tx.changed("customer", str(id))


def _unused(tx: Tx) -> Iterator[Sequence[Key]]:
    used = [f"b.sha256 NOT IN (SELECT {column} FROM {table} WHERE {column} IS NOT NULL)" for table, column in uses()]
    # A number of ours, not text from outside.
    yield from keys(tx, "blobs b", ["b.sha256"], " AND ".join([f"b.created_at < {tx.now - REST_MS}", *used]))


def _forget(tx: Writer, found: Sequence[Key]) -> None:
    """Asked again under the lock: a message that came meanwhile may have the same source, or a file be on its way."""
    values = {f"k{n}": key[0] for n, key in enumerate(found)}
    these = f"({', '.join(f':{name}' for name in values)})"
    used = [f" AND sha256 NOT IN (SELECT {column} FROM {table} WHERE {column} IN {these})" for table, column in uses()]
    old = " AND created_at < :before"
    tx.execute_many(
        f"DELETE FROM blobs WHERE sha256 IN {these}{old}{''.join(used)}", [values | {"before": tx.now - REST_MS}]
    )


def _damaged(tx: Tx) -> Iterator[Sequence[Key]]:
    for page in select(tx, "blobs b", ["b.sha256"], ["b.size"], finished("b")):
        yield [(row[0],) for row in page if not _is_whole(tx, row[0], row[1])]


def _is_whole(tx: Tx, sha256: str, size: int) -> bool:
    hashed, length, n = hashlib.sha256(), 0, 0
    while length < size:
        rows = tx.query("SELECT data FROM blob_chunks WHERE sha256 = :sha256 AND n = :n", {"sha256": sha256, "n": n})
        if not rows or not rows[0][0]:
            return False
        hashed.update(rows[0][0])
        length, n = length + len(rows[0][0]), n + 1
    return length == size and hashed.hexdigest() == sha256


_COUNTED = {"conversation": "SELECT max(ref) FROM conversations", "change": "SELECT max(seq) FROM changes"} | {
    "act": "SELECT max(seq) FROM acts"
}


def _behind(tx: Tx) -> Iterator[Sequence[Key]]:
    yield [(name,) for name, sql in _COUNTED.items() if (tx.query(sql, {})[0][0] or 0) > tx.value("counter", name=name)]


def _catch_up(tx: Writer, found: Sequence[Key]) -> None:
    for (name,) in found:
        tx.go_on_from(str(name), int(tx.query(_COUNTED[str(name)], {})[0][0]))


__all__ = ["PAGE", "checks", "keys"]
