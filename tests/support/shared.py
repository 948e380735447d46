"""The public corpora, where they are: tests that read them skip without."""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).parents[2].parent / "shared"
