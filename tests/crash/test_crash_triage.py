"""Killed at any write of a merge, a split, a macro or their undo: all of it is there or nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.shops import process_environment


def test_killed_at_some_writes_it_is_all_or_nothing() -> None:
    assert killed("split", 7) > 5


@pytest.mark.long
@pytest.mark.parametrize("act", ["merge", "split", "macro"])
def test_killed_at_any_write_it_is_all_or_nothing(act: str) -> None:
    assert killed(act, 1) > 50


def killed(act: str, stride: int) -> int:
    """How often the act was killed, each time leaving nothing behind."""
    done = subprocess.run(
        [sys.executable, "-m", "support.killed_acts", act, str(stride)],
        capture_output=True,
        text=True,
        env=process_environment(),
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)
