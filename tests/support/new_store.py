"""A new store on SQLite as a copy of one: to make one takes some 20 ms of work and a few waits for the disk.

That a store is made where none is, is for ``tests/store`` to see.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from omni_tui.store import Store, open_store


@functools.cache
def _made() -> bytes:
    """The file of a store with nothing in it, made once in a process."""
    with tempfile.TemporaryDirectory(prefix="omni-new-") as folder:
        path = Path(folder) / "omni.db"
        open_store(path).close()
        assert [each.name for each in Path(folder).iterdir()] == [path.name], "the log is a part of it"
        return path.read_bytes()


def open_new(location: Path | str) -> Store:
    """Open a store; a file that is not there yet is made, with nothing in it, as its owner alone may read it."""
    if isinstance(location, Path) and not location.exists():
        location.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        location.touch(mode=0o600, exist_ok=False)
        location.write_bytes(_made())
    return open_store(location)
