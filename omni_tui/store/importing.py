"""An archive into an empty store: all of it in one transaction, or nothing.

What comes in may have been made by anybody: names are compared with those we know, sizes and sums with the manifest,
every value with its column, and every reference by the engine.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from omni_tui.model.errors import Conflict, NotFound
from omni_tui.store import search_docs, shape
from omni_tui.store.archive.folder import FolderReader
from omni_tui.store.archive.manifest import LONGEST, NAME, Entry, Manifest, blob_file, read, table_file
from omni_tui.store.archive.rows import Value, damaged, row_of
from omni_tui.store.archive.tarball import TarReader
from omni_tui.store.blobs import CHUNK
from omni_tui.store.export import Progress, quiet
from omni_tui.store.paging import PAGE, select
from omni_tui.store.shape import Table
from omni_tui.store.store import SCHEMA, Store, Tx, Writer
from omni_tui.text.i18n import _

LONGEST_LINE = 64 << 20
"""Bytes of one row; beyond it an archive is not ours."""
PENDING = 8 << 20
"""Bytes of blobs that may wait to be sent together."""
FRESH = frozenset({"counters", "changes", "leases", "agents", "store_keys"})
"""Tables a store that holds nothing may have rows in: whoever opened it, and what was made for them."""


class Reader(Protocol):
    """An archive's files by their names."""

    def file(self, name: str, size: int | None = None) -> AbstractContextManager[Iterator[bytes]]: ...
    def finish(self) -> None: ...
    def close(self) -> None: ...


@contextlib.contextmanager
def opened(archive: Path) -> Iterator[Reader]:
    """The archive at ``archive``, a ``.tar.gz`` or a directory."""
    if archive.is_dir():
        yield FolderReader(archive)
        return
    try:
        source = archive.open("rb")
    except FileNotFoundError as error:
        raise NotFound(_("There is no archive at {path}.").format(path=archive)) from error
    except OSError as error:
        raise damaged(_("{name} cannot be read ({error})").format(name=archive, error=error.strerror)) from error
    with source, contextlib.closing(TarReader(source)) as reader:
        yield reader


def manifest_of(reader: Reader) -> Manifest:
    """What the archive says it holds; it is read first."""
    with reader.file(NAME) as pieces:
        found = bytearray()
        for piece in pieces:
            found += piece
            if len(found) > LONGEST:
                raise damaged(_("its manifest cannot be read"))
    return read(bytes(found), SCHEMA)


def import_archive(store: Store, archive: Path, progress: Progress = quiet, *, hold: bool = False) -> Manifest:
    """Take in everything; ``hold``: answers on their way become uncertain, for they may have left since.

    Raises Conflict unless the store is empty, ArchiveError for an archive that is not whole and ours.
    """
    with opened(archive) as reader:
        manifest = manifest_of(reader)
        with _in_words(), store.write_durable() as tx:
            refuse_full(tx)
            counters = _load(tx, reader, manifest, progress)
            reader.finish()
            _index(tx, progress)
            if hold:
                tx.run("hold_outbox", now=tx.now)
                tx.run("free_leases")
            for name, value in counters.items():
                tx.go_on_from(name, value)
    return manifest


def refuse_full(tx: Tx) -> None:
    """Raise Conflict for a store that holds something, or in which an engine works."""
    used = [
        table.name
        for table in shape.tables()
        if table.name not in FRESH and tx.query(f"SELECT 1 FROM {table.name} LIMIT 1", {})
    ]
    if used:
        raise Conflict(
            _("The store is not empty: it has rows in {tables}.").format(tables=", ".join(used)),
            _("Import into a new store: omni-tui --store NEW.db import FILE"),
        )
    if tx.query("SELECT 1 FROM leases WHERE until_at > :now", {"now": tx.now}):
        raise Conflict(_("An engine works in this store."), _("Stop it, and close omni-tui everywhere."))


def _load(tx: Writer, reader: Reader, manifest: Manifest, progress: Progress) -> dict[str, int]:
    """Fill the tables and blobs; the counters, which are set last."""
    by_name = {table.name: table for table in shape.tables()}
    entries = {entry.name: entry for entry in manifest.tables}
    for table in reversed(shape.tables()):
        if table.name != "counters" and table.name in entries:
            tx.execute_many(f"DELETE FROM {table.name}", [{}])
    counters: dict[str, int] = {}
    for entry in manifest.tables:
        table = by_name[entry.name].only(entry.columns)
        with reader.file(table_file(entry.name), entry.bytes) as pieces:
            if entry.name == "counters":
                counters = _counters(tx, table, pieces, entry, manifest)
            else:
                _fill(tx, table, pieces, entry, progress)
    _blobs(tx, reader, manifest, progress)
    return counters


def _fill(tx: Writer, table: Table, pieces: Iterator[bytes], entry: Entry, progress: Progress) -> None:
    marks = ", ".join(f":{name}" for name in table.names)
    insert = f"INSERT INTO {table.name} ({', '.join(table.names)}) VALUES ({marks})"
    late: dict[str, list[dict[str, Any]]] = {each.column: [] for each in table.to_itself}
    batch: list[Mapping[str, Value]] = []
    done = 0
    for row in rows_of(pieces, table, entry):
        for reference in table.to_itself:
            held = row[reference.column]
            if held is not None and held != row[reference.target]:
                late[reference.column].append({"held": held, **{name: row[name] for name in table.key}})
                # What it refers to may come later. Where nothing is no answer, it refers to itself meanwhile.
                required = next(each for each in table.columns if each.name == reference.column).required
                row[reference.column] = row[reference.target] if required else None
        batch.append(row)
        if len(batch) == PAGE:
            tx.execute_many(insert, batch)
            done += len(batch)
            batch = []
            progress(table.name, done, entry.rows)
    tx.execute_many(insert, batch)
    progress(table.name, entry.rows, entry.rows)
    for column, rows in late.items():
        same = " AND ".join(f"{name} = :{name}" for name in table.key)
        tx.execute_many(f"UPDATE {table.name} SET {column} = :held WHERE {same}", rows)


def _counters(tx: Writer, table: Table, pieces: Iterator[bytes], entry: Entry, manifest: Manifest) -> dict[str, int]:
    found = {str(row["name"]): row["value"] for row in rows_of(pieces, table, entry)}
    ours = {str(row["name"]) for row in tx.all("counters")}
    counters = {name: value for name, value in found.items() if isinstance(value, int) and value >= 0}
    if counters.get("schema") != manifest.schema or len(counters) < len(found) or found.keys() - ours:
        raise damaged(_("its counters are not those of a store"))
    if manifest.schema == SCHEMA and ours - found.keys():
        raise damaged(_("its counters are not those of a store"))
    del counters["schema"]
    # The maps stay where they were made.
    return {name: value for name, value in counters.items() if not name.startswith("maps_")}


def rows_of(pieces: Iterator[bytes], table: Table, entry: Entry) -> Iterator[dict[str, Value]]:
    """A table's rows by column. Raises ArchiveError, at the latest behind the last, unless they are as written."""
    hashed, rows = hashlib.sha256(), 0
    for text in _lines(pieces, table.name):
        hashed.update(text)
        rows += 1
        try:
            row = row_of(text, table)
        except ValueError as error:
            raise damaged(
                _("{file}, line {line}: {what}").format(file=table_file(table.name), line=rows, what=error)
            ) from error
        yield row
    if rows != entry.rows or hashed.hexdigest() != entry.sha256:
        raise damaged(_("{name} is not what the manifest says").format(name=table_file(table.name)))


def _lines(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for text in whole:
            yield text + b"\n"
        if len(rest) > LONGEST_LINE:
            raise damaged(_("{name} has a line beyond measure").format(name=table_file(name)))
    if rest:
        raise damaged(_("{name} ends within a line").format(name=table_file(name)))


def _blobs(tx: Writer, reader: Reader, manifest: Manifest, progress: Progress) -> None:
    insert, done, size, pending = "INSERT INTO blob_chunks (sha256, n, data) VALUES (:sha256, :n, :data)", 0, 0, 0
    for page in select(tx, "blobs b", ["b.sha256"], ["b.size"]):
        for sha256, length in ((sha256_of(row[0]), int(row[1])) for row in page):
            with reader.file(blob_file(sha256), length) as pieces:
                hashed = hashlib.sha256()
                for n, piece in enumerate(_even(pieces)):
                    hashed.update(piece)
                    tx.execute_many(insert, [{"sha256": sha256, "n": n, "data": piece}])
                    pending += len(piece)
                    if pending > PENDING:
                        # What was sent waits in memory for the next question: so there is one.
                        tx.value("counter", name="change")
                        pending = 0
            if hashed.hexdigest() != sha256:
                raise damaged(_("{name} was changed").format(name=blob_file(sha256)))
            size += length
        done += len(page)
        progress("blobs", done, manifest.blobs)
    if (done, size) != (manifest.blobs, manifest.blob_bytes):
        raise damaged(_("its blobs are not those the manifest says"))


def sha256_of(value: Value) -> str:
    """``value`` as the name of a blob, of which the name of a file is made. Raises ArchiveError for anything else."""
    if not isinstance(value, str) or len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise damaged(_("a blob is not named by its SHA-256"))
    return value


def _even(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in the pieces a store keeps them in."""
    held = b""
    for piece in pieces:
        held += piece
        while len(held) >= CHUNK:
            yield held[:CHUNK]
            held = held[CHUNK:]
    if held:
        yield held


def _index(tx: Writer, progress: Progress) -> None:
    """Make everything findable: the words do not travel, for each engine keeps them in its own way."""
    done = 0
    for page in select(tx, "messages m", ["m.id"], [], "m.deleted_at IS NULL"):
        for row in page:
            search_docs.put_stored(tx, row[0])
        tx.index_now()
        done += len(page)
        progress(_("search: messages"), done, 0)
    done = 0
    for page in select(tx, "customers c", ["c.id"], [], "c.root_id = c.id"):
        for row in page:
            search_docs.put_customer(tx, row[0])
        tx.index_now()
        done += len(page)
        progress(_("search: customers"), done, 0)


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # The names are those of DB-API 2.0 (PEP 249): each engine's driver has classes of its own by them.
        if {"IntegrityError", "DataError"} & {each.__name__ for each in type(error).__mro__}:
            raise damaged(_("its rows do not fit together ({error})").format(error=error)) from error
        raise
