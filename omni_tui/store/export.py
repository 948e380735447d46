"""Everything out of the store: one snapshot as lines of JSON and files, the same bytes for the same content."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from omni_tui.model.errors import Conflict, StoreError, StoreFull
from omni_tui.store import shape
from omni_tui.store.archive.manifest import NAME, Entry, Manifest, blob_file, table_file
from omni_tui.store.archive.rows import line
from omni_tui.store.archive.tarball import PIECE, TarWriter
from omni_tui.store.blobs import CHUNK
from omni_tui.store.paging import pages, select
from omni_tui.store.shape import Table
from omni_tui.store.store import Store, Tx
from omni_tui.store.unfinished import finished
from omni_tui.text.i18n import _

Progress = Callable[[str, int, int], None]
"""Told what is worked on, how many of it are done, and of how many."""

SUFFIXES = (".tar.gz", ".tgz")


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody wants to hear of."""


def export_file(store: Store, target: Path, progress: Progress = quiet) -> Manifest:
    """The store as one ``.tar.gz`` at ``target`` (0600), there only when it is whole."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _told(target):
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "wb") as out:
                manifest = _archive(store, out, target.parent, progress)
                out.flush()
                os.fsync(out.fileno())
            part.replace(target)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return manifest


def export_stream(store: Store, out: IO[bytes], progress: Progress = quiet) -> Manifest:
    """The store as one ``.tar.gz`` into ``out``, written when it is whole: a slow reader holds no snapshot open."""
    with tempfile.TemporaryFile() as whole:
        with _told(Path(tempfile.gettempdir())):
            manifest = _archive(store, whole, Path(tempfile.gettempdir()), progress)
        whole.seek(0)
        shutil.copyfileobj(whole, out, PIECE)
        out.flush()
    return manifest


def export_folder(store: Store, target: Path, progress: Progress = quiet) -> Manifest:
    """The store as the directory ``target`` (0700), there only when it is whole."""
    if target.exists():
        raise Conflict(_("{path} is there already.").format(path=target), _("Name a new directory."))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _told(target):
            part.mkdir(mode=0o700)
            with store.read() as tx:
                manifest = _tables(tx, part, progress)
                for sha256, _size, pieces in _blobs(tx, manifest, progress):
                    file = part / blob_file(sha256)
                    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    with _private(file) as out:
                        out.writelines(pieces)
            os.sync()  # so many files: one by one it would take the disk minutes
            part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def _archive(store: Store, out: IO[bytes], beside: Path, progress: Progress) -> Manifest:
    tar = TarWriter(out)
    with tempfile.TemporaryDirectory(prefix=".omni-export-", dir=beside) as folder, store.read() as tx:
        manifest = _tables(tx, Path(folder), progress)
        for name in (NAME, *(table_file(entry.name) for entry in manifest.tables)):
            file = Path(folder) / name
            tar.add(name, file.stat().st_size, _read(file, tx))
        for sha256, size, pieces in _blobs(tx, manifest, progress):
            tar.add(blob_file(sha256), size, pieces)
    tar.close()
    return manifest


def _tables(tx: Tx, folder: Path, progress: Progress) -> Manifest:
    """Write the tables and the manifest into ``folder``."""
    (folder / "tables").mkdir(mode=0o700)
    entries = tuple(
        _table(tx, table, folder / table_file(table.name), progress)
        for table in shape.tables()
        if table.name != shape.CHUNKS
    )
    kept = f"SELECT count(*), COALESCE(sum(b.size), 0) FROM blobs b WHERE {finished('b')}"
    blobs, size = tx.query(kept, {})[0]
    manifest = Manifest(int(tx.value("counter", name="schema")), entries, int(blobs), int(size))
    with _private(folder / NAME) as out:
        out.write(manifest.write())
    return manifest


def _table(tx: Tx, table: Table, file: Path, progress: Progress) -> Entry:
    condition = finished("t") if table.name == "blobs" else "1 = 1"
    total = int(tx.query(f"SELECT count(*) FROM {table.name} t WHERE {condition}", {})[0][0])
    hashed, rows, size = hashlib.sha256(), 0, 0
    # A page has the key's columns before all columns: the key twice costs less than sorting out which is where.
    skip = len(table.key)
    with _private(file) as out:
        for page in pages(tx, table, [f"t.{name}" for name in table.names], condition):
            text = b"".join(line(table.names, tuple(row)[skip:]) for row in page)
            out.write(text)
            hashed.update(text)
            rows, size = rows + len(page), size + len(text)
            progress(table.name, rows, total)
    return Entry(table.name, table.names, rows, size, hashed.hexdigest())


def _blobs(tx: Tx, manifest: Manifest, progress: Progress) -> Iterator[tuple[str, int, Iterator[bytes]]]:
    done = 0
    for page in select(tx, "blobs b", ["b.sha256"], ["b.size"], finished("b")):
        for row in page:
            yield row[0], int(row[1]), _pieces(tx, row[0], int(row[1]))
        done += len(page)
        progress("blobs", done, manifest.blobs)


def _pieces(tx: Tx, sha256: str, size: int) -> Iterator[bytes]:
    """A blob's bytes; raises StoreError when they are not those it was kept under."""
    hashed, left = hashlib.sha256(), size
    for n in range(-(-size // CHUNK)):
        rows = tx.query("SELECT data FROM blob_chunks WHERE sha256 = :sha256 AND n = :n", {"sha256": sha256, "n": n})
        data = bytes(rows[0][0]) if rows else b""
        hashed.update(data)
        left -= len(data)
        if left < 0 or not data:
            break
        yield data
    if left or hashed.hexdigest() != sha256:
        raise StoreError(
            _("A kept source ({sha256}) is damaged.").format(sha256=sha256),
            _("See what else is: omni-tui doctor --store. Restore the newest backup: omni-tui restore FILE"),
        )


def _read(file: Path, tx: Tx) -> Iterator[bytes]:
    """A file's bytes, with a question now and then: PostgreSQL puts out who is silent inside a transaction."""
    with file.open("rb") as source:
        while piece := source.read(PIECE):
            tx.value("counter", name="schema")
            yield piece


def _private(file: Path) -> IO[bytes]:
    return os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "wb")


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreFull(
            _("{path} cannot be written: {reason}.").format(path=target, reason=error.strerror or error),
            _("Make room there, or name another place."),
        ) from error
