"""Screens of a shop, drawn by a process of their own in a language: see :mod:`support.drawn`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from support.catalogue import ROOT


def draw(folder: Path, size: tuple[int, int], language: str) -> dict[str, list[str]]:
    """What each step shows in a terminal of so many columns and rows, line by line."""
    environment = {**os.environ, "LANG": "C.UTF-8", "LANGUAGE": language, "PYTHONPATH": str(ROOT / "tests")}
    environment.pop("LC_ALL", None)
    ran = subprocess.run(
        [sys.executable, "-m", "support.drawn", str(folder), str(size[0]), str(size[1])],
        env=environment,
        cwd=ROOT,
        capture_output=True,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    shown: dict[str, list[str]] = json.loads(ran.stdout)
    return shown
