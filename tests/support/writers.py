"""Writing processes and what they leave: see ``support/writer.py``."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from support import truth
from support.shops import process_environment

FIRST = 1001
"""The number before which the counter of conversations stands."""


class WriterProcess:
    """One ``support.writer``. ``limit`` is the size in bytes beyond which it can make no file larger."""

    def __init__(self, store: Path, name: str, door: str, *more: str, limit: int | None = None) -> None:
        program = [sys.executable, "-m", "support.writer", str(store), name, door, *more]
        if limit is not None:
            program = ["sh", "-c", f'ulimit -f {limit // 512}; exec "$@"', "sh", *program]
        self.process = subprocess.Popen(
            program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=process_environment(),
            bufsize=0,  # what is read by line must not keep back what is read to the end
        )
        self.said: list[str] = []
        self._errors: str | None = None

    def line(self) -> str:
        """The next line it says; empty at its end."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode().rstrip("\n")
        self.said.append(line)
        return line

    def wait_for(self, begin: str) -> str:
        """The next line that begins so."""
        while line := self.line():
            if line.startswith(begin):
                return line
        raise AssertionError(f"it never said {begin}: {self.said[-3:]} {self.rest()}")

    def signal(self, number: int) -> None:
        os.kill(self.process.pid, number)

    def go_on(self) -> None:
        """The line it waits for."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def rest(self) -> str:
        """Its end awaited; what it said on stderr."""
        if self._errors is None:
            out, err = self.process.communicate(timeout=60)
            # The last line may be cut in two: then nobody was told.
            self.said += out.decode().split("\n")[:-1]
            self._errors = err.decode()
        return self._errors

    def kill(self) -> str:
        with contextlib.suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        return self.rest()

    @property
    def stored(self) -> set[str]:
        """What it was told is stored."""
        return {line.removeprefix("stored ") for line in self.said if line.startswith("stored ")}

    @property
    def refused(self) -> list[str]:
        return [line.removeprefix("refused ") for line in self.said if line.startswith("refused ")]


@contextlib.contextmanager
def writers(store: Path, doors: Iterable[str], prefix: str = "w") -> Iterator[list[WriterProcess]]:
    """One process per door, all killed at the end."""
    made = [WriterProcess(store, f"{prefix}{n}", door) for n, door in enumerate(doors)]
    try:
        yield made
    finally:
        for each in made:
            if each.process.poll() is None:
                each.kill()


def check(path: Path, told: Collection[str] = ()) -> set[str]:
    """The store is whole, has all that was ``told``, nothing twice, no number and no change missing; what it has."""
    assert truth.sound(path)
    found = truth.rows(path, "SELECT login, name FROM agents WHERE login LIKE '%-%'")
    names = {login for login, _number in found}
    assert names.issuperset(told), sorted(set(told) - names)[:5]
    assert sorted(int(number) for _login, number in found) == list(range(FIRST, FIRST + len(found)))
    changes = truth.rows(path, "SELECT seq, entity_id FROM changes WHERE entity = 'agent' ORDER BY seq")
    first = changes[0][0] if changes else 0
    assert [seq for seq, _id in changes] == list(range(first, first + len(changes)))
    assert sorted(id for _seq, id in changes) == sorted(names), "a change without its row, or the other way round"
    return names
