"""The line mode through a pipe: lines go in, sentences come out, and no escape sequence ever."""

from __future__ import annotations

import os
import subprocess
import sys


def spoken(*lines: str, code: int = 0, term: str = "dumb") -> str:
    """What the line mode says to these lines, which end its input."""
    done = subprocess.run(
        [sys.executable, "-m", "omni_tui", "--plain"],
        input="".join(f"{line}\n" for line in lines).encode(),
        capture_output=True,
        timeout=60,
        env={**os.environ, "TERM": term},
    )
    assert (done.returncode, done.stderr) == (code, b""), done
    out = done.stdout.decode()
    assert not set(out) & ({chr(n) for n in range(32)} - {"\n"} | {chr(n) for n in range(0x7F, 0xA0)}), repr(out)
    return out
