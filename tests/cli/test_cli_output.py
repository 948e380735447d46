"""What is printed, for any text at all."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.cli.clock import zone
from omni_tui.cli.columns import GAP, aligned
from omni_tui.cli.output import dumps
from omni_tui.text.cells import width

TEXT = st.text(st.characters(exclude_categories=[]), max_size=30) | st.text(
    "a\x1b[]/ \u202e\u4e2d\x9b\u200d\ud800\n\t", max_size=30
)


@given(TEXT)
def test_json_gives_the_text_back_and_hides_nothing(text: str) -> None:
    written = dumps({"text": text})
    assert json.loads(written) == {"text": text}
    assert not [char for char in written if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u061c]", written)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=5), st.integers(10, 60))
def test_columns_stand_in_line_and_fit(rows: list[tuple[str, str, str]], room: int) -> None:
    lines = aligned(rows, widest=8, room=room)
    assert len(lines) == len(rows)
    for line in lines:
        assert "\n" not in line
        assert "\x1b" not in line
        assert width(line) <= room


def test_wide_characters_take_two_cells() -> None:
    lines = aligned([("退款", "a"), ("x", "b")])
    assert lines == [f"退款{GAP}a", f"x   {GAP}b"]


@pytest.mark.parametrize("name", ["Europe/Berlin", ":Europe/Berlin"])
def test_the_zone_knows_summer_time(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", name)
    january, july = (datetime(2026, month, 1, tzinfo=UTC).astimezone(zone()).hour for month in (1, 7))
    assert (january, july) == (1, 2)


def test_an_unknown_zone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Nowhere/At-All")
    assert datetime.now(zone()).utcoffset() is not None
