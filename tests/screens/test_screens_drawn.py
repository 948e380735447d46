"""Every screen as text, at three sizes and in both languages, with wide, hostile, long and missing names.

A wanted change: ``pytest tests/screens/test_screens_drawn.py --snapshot-update``, and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.screens_drawn import draw
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from omni_tui.text.cells import width


class _Text(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    _file_extension = "txt"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_screen(tmp_path: Path, size: tuple[int, int], language: str, snapshot: SnapshotAssertion) -> None:
    screens = draw(tmp_path, size, language)
    for name, lines in screens.items():
        assert {width(line) for line in lines} == {size[0]}, name
    ruled = [line.rstrip() for name, lines in screens.items() for line in (f"==== {name} ".ljust(size[0], "="), *lines)]
    assert "\n".join(ruled) + "\n" == snapshot(extension_class=_Text)
