"""What benchmarks share: a place for their files and the large store, filled once for all that read it."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks import filling, settling
from benchmarks.figure import short

REPOSITORY = Path(__file__).parents[1]
PROGRAM = Path(sys.executable).with_name("omni-tui")
"""The installed command of the environment the benchmarks run in."""


@dataclass
class Ground:
    """``folder`` holds everything; a store that is already in it is used again."""

    folder: Path
    size: filling.Size = filling.LARGE
    url: str = ""
    """A PostgreSQL database for the store's figures: an empty one, or one that was filled before."""
    long: bool = False
    """As long as a promise says, where the ordinary run takes a sample of it."""

    @cached_property
    def filled(self) -> Path:
        """The large store in a file, made at first use."""
        name = "large" if self.size == filling.LARGE else f"{self.size.messages}"
        path = self.folder / name / "omni.db"
        if not path.exists():
            with self._told():
                filling.fill(path, self.size)
        self._map(path)
        return path

    @cached_property
    def location(self) -> Path | str:
        """The large store of the engine asked for."""
        if self.url:
            from benchmarks import filling_postgres

            if not filling_postgres.is_filled(self.url):
                with self._told():
                    took = filling_postgres.fill_postgresql(self.url, self.size)
                    rate = self.size.messages / took
                    print(f"(the store's part {short(took)} s: {rate:,.0f} messages/s)", end=" ", file=sys.stderr)
            if self._map(self.url):
                filling_postgres.settle(self.url)
        return self.url or self.filled

    def _map(self, location: Path | str) -> bool:
        """Whether the store's maps were made: an engine would make them beside its work, and join its index's parts."""
        if (joined := settling.join_parts(location)) is not None:
            took, busy = map(short, joined)
            print(f"joining the parts of its index took {took} s, {busy} s of CPU here", file=sys.stderr)
        made = settling.map_words(location)
        if made is not None:
            took, size = f"{short(made.took_s)} s, {short(made.cpu_s)} s of CPU here", f"{short(made.megabytes)} MB"
            print(f"the maps of its words took {took}, and are {size}", file=sys.stderr)
        return made is not None

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        print(f"filling a store with {self.size.messages:,} messages", end=" ", file=sys.stderr, flush=True)
        began = time.perf_counter()
        yield
        took = time.perf_counter() - began
        print(f"took {short(took)} s, {self.size.messages / took:,.0f} messages/s", file=sys.stderr)

    def room(self, name: str) -> Path:
        """A directory of its own."""
        room = self.folder / name
        room.mkdir(mode=0o700, exist_ok=True)
        return room
