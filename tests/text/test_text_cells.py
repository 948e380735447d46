"""Text is measured as Rich draws it, and never cut or wrapped wider than asked."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from omni_tui.text.cells import cut, width, wrap

MIXED = st.text(
    st.sampled_from("ab c字，。（退é\u0301👨👩\u200d\ufe0f❤1☎🇩🇪한がﾊﾟ🏻न\u093f \n-")
    | st.characters(max_codepoint=0x2FFF, exclude_categories=("Cs", "Cn", "Cc")),
    max_size=50,
)


def test_every_assigned_character_is_as_wide_as_rich_draws_it() -> None:
    wrong = [
        hex(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")
        and width(chr(code)) != cell_len(chr(code), "latest")
        and not 0x20 <= code < 0x7F
        and chr(code) not in "\u200d\ufe0f"
    ]
    assert not wrong


@given(MIXED)
def test_texts_are_as_wide_as_rich_draws_them(text: str) -> None:
    assert width(text) == cell_len(text)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("abc", 3),
        ("退款", 4),
        ("e\u0301", 1),
        ("👨‍👩‍👧", 2),
        ("❤️", 2),
        ("❤", 1),
        ("👍🏽", 2),
        ("ﾊﾟ", 2),
        ("한", 2),
        ("", 0),
    ],
)
def test_width(text: str, cells: int) -> None:
    assert width(text) == cells


@given(MIXED, st.integers(0, 30))
def test_a_cut_fits(text: str, cells: int) -> None:
    shown = cut(text, cells)
    assert width(shown) <= cells
    if 0 < width(text) <= cells:
        assert shown == text


@pytest.mark.parametrize(
    ("text", "cells", "shown"),
    [
        ("Where is my order?", 40, "Where is my order?"),
        ("Where is my order today", 17, "Where is my.."),
        ("Donaudampfschifffahrt", 10, "Donaudam.."),
        ("我想申请退款可以吗", 9, "我想申.."),
        ("abc", 2, "ab"),
        ("abc", 0, ""),
    ],
)
def test_cut(text: str, cells: int, shown: str) -> None:
    assert cut(text, cells) == shown


@given(MIXED | st.text("ab  -", max_size=60), st.integers(2, 20))
def test_wrapped_lines_fit_and_lose_only_spaces(text: str, cells: int) -> None:
    lines = wrap(text, cells)
    assert all(width(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")
    assert len(lines) >= text.count("\n") + 1


@given(st.text("ab  -", max_size=60), st.integers(2, 20))
def test_narrow_text_is_wrapped_like_any_other(text: str, cells: int) -> None:
    # A mark takes no cell but keeps the text from being measured by counting.
    assert wrap(text, cells) == [line.replace("\u0301", "") for line in wrap(text.replace("b", "b\u0301"), cells)]


def test_wrapping() -> None:
    assert wrap("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert wrap("", 10) == [""]
    assert wrap("  indented\n\nnext", 20) == ["  indented", "", "next"]
    assert wrap("  abcdefgh", 6) == ["  abcd", "efgh"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrap("我想申请退款，谢谢", 12) == ["我想申请退", "款，谢谢"]
    assert wrap("他说（退款）", 6) == ["他说", "（退", "款）"]


def test_long_text_is_wrapped_in_one_pass() -> None:
    lines = wrap("word 退款，" * 50_000, 80)
    assert max(map(width, lines)) <= 80
    assert len(lines) < 10_000
