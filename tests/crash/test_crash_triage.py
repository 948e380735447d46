"""Killed at any write of an act that changes much, or of its undo: all of it is there or nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.shops import process_environment


@pytest.mark.parametrize(("act", "stride"), [("split", 7), ("compose", 3)])
def test_killed_at_some_writes_it_is_all_or_nothing(act: str, stride: int) -> None:
    assert killed(act, stride) > 5


@pytest.mark.long
@pytest.mark.parametrize(
    ("act", "most"), [("merge", 50), ("split", 40), ("macro", 50), ("forward", 20), ("compose", 30)]
)
def test_killed_at_any_write_it_is_all_or_nothing(act: str, most: int) -> None:
    assert killed(act, 1) > most


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
