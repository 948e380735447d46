"""What benchmarks share: a place for their files and the large store, filled once for all that read it."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks import filling
from benchmarks.figure import short

REPOSITORY = Path(__file__).parents[1]
PROGRAM = Path(sys.executable).with_name("omni-tui")
"""The installed command of the environment the benchmarks run in."""


@dataclass
class Ground:
    """``folder`` holds everything; a store that is already in it is used again."""

    folder: Path

    @cached_property
    def filled(self) -> Path:
        """The store of 200,000 messages, made at first use."""
        path = self.folder / "large" / "omni.db"
        if not path.exists():
            print(f"filling a store with {filling.MESSAGES:,} messages", end=" ", file=sys.stderr, flush=True)
            began = time.perf_counter()
            filling.fill(path)
            print(f"took {short(time.perf_counter() - began)} s", file=sys.stderr)
        return path

    def room(self, name: str) -> Path:
        """A directory of its own."""
        room = self.folder / name
        room.mkdir(mode=0o700, exist_ok=True)
        return room
