"""The command line as a person or a script waits for it: whole processes, from start to end."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, Unmeasured, median, spread
from benchmarks.ground import PROGRAM, Ground

LIST_MS = 120
VERSION_MS = 30
RUNS = 15


def measure(ground: Ground) -> Iterator[Figure]:
    """Median wall time; the smallest is in the note, for a busy machine only ever adds."""
    environment = surroundings(ground.room("cli"), ground.filled)
    commands = {
        "omni-tui --version": (VERSION_MS, ["--version"]),
        "omni-tui list": (LIST_MS, ["list"]),
        "omni-tui list --json": (None, ["list", "--json"]),
        "omni-tui search order": (None, ["search", "order"]),
        "omni-tui show": (None, ["show", "50000"]),
        "omni-tui --help": (None, ["--help"]),
    }
    for name, (limit, arguments) in commands.items():
        found = process_ms([str(PROGRAM), *arguments], environment, RUNS)
        yield Figure(name, median(found), "ms", limit, spread(found, "ms"))
    for code, name in (("", "python -c ''"), ("import typer, sqlite3, tomllib", "the libraries of list alone")):
        found = process_ms([str(PROGRAM.with_name("python")), "-c", code], environment, RUNS)
        yield Figure(f"for comparison: {name}", median(found), "ms", note=spread(found, "ms"))


def surroundings(home: Path, store: Path) -> dict[str, str]:
    """An environment with nothing of the user's in it but the store that is measured."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "USER", "LOGNAME", "TMPDIR")}
    config = home / "config.toml"
    if not config.exists():
        config.write_text("[engine]\nautostart = false\n")
    return kept | {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "OMNI_TUI_CONFIG": str(config),
        "OMNI_TUI_STORE": str(store),
    }


def process_ms(command: list[str], environment: dict[str, str], runs: int) -> list[float]:
    """Milliseconds of each of ``runs`` runs, after one that is not counted. Unmeasured if one fails."""
    found = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        ended = subprocess.run(command, env=environment, capture_output=True, check=False)
        found.append((time.perf_counter() - began) * 1000)
        if ended.returncode:
            raise Unmeasured(f"{' '.join(command)} ended with {ended.returncode}: {ended.stderr.decode()[-500:]}")
    return found[1:]
