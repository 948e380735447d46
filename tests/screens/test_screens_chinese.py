"""The inbox in Chinese: wide cells keep the columns, no key loses its word, nothing stays English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.catalogue import load

from omni_tui.text.cells import width
from omni_tui.text.i18n import LOCALE_DIR

TOLD = set(load().read_po((LOCALE_DIR / "zh_CN" / "LC_MESSAGES" / "omni_tui.po").read_text(encoding="utf-8")).values())
PICTURES = Path(__file__).parent / "__snapshots__" / "test_screens_drawn"
"""That the program draws these is for ``test_screens_drawn``."""
SIZES = [(80, 24), (120, 40)]
Drawn = dict[str, list[str]]


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def drawn(request: pytest.FixtureRequest) -> tuple[int, Drawn]:
    """How wide the terminal is, and what each step showed in it."""
    columns, rows = request.param
    text = (PICTURES / f"test_every_screen[{columns}x{rows}-zh_CN].txt").read_text(encoding="utf-8")
    parts = re.split(r"^==== (.+?) =+\n", text, flags=re.MULTILINE)[1:]
    return columns, {name: lines.split("\n")[:rows] for name, lines in zip(parts[::2], parts[1::2], strict=True)}


def test_keys_stand_with_whole_words(drawn: tuple[int, Drawn]) -> None:
    """Each hint of the footer is a key and a sentence of the catalogue, and the key for all others is always there."""
    _columns, screens = drawn
    for name in ("list", "thread", "reply", "note", "left", "search", "snooze"):
        hints = re.split(r"\s{2,}", screens[name][-1].strip())
        for hint in hints:
            _key, _space, label = hint.partition(" ")
            assert label in TOLD, (name, hint)
    for name in ("list", "thread", "selection"):
        assert "? 按键" in screens[name][-1], name
    assert "Esc 清除已选的 2 个" in screens["selection"][-1]


def test_the_columns_of_the_list_stand_below_each_other(drawn: tuple[int, Drawn]) -> None:
    """Names, subjects and ages begin or end at one cell, whatever the letters before them are."""
    _columns, screens = drawn
    for texts, at_end in (
        (("Lena", "Sofia", "陈思远", "no-name@", "Wilhelmine", "Ben"), False),
        (("Order #4417  Still", "¿Llega", "帐篷杆", "No subject,", "A very", "Zip"), False),
        (("2m", "48m", "1h", "5h", "5w", "1y"), True),
    ):
        places = {_cell(screens["list"], text, at_end) for text in texts}
        assert len(places) == 1, texts


def _cell(lines: list[str], text: str, at_end: bool) -> int:
    """The cell where ``text`` begins, or ends, in the first line that has it as a word."""
    for line in lines:
        found = re.search(rf"(?<=\s){re.escape(text)}", line)
        if found is not None:
            return width(line[: found.end() if at_end else found.start()])
    raise AssertionError(text)


def test_what_the_program_says_is_chinese(drawn: tuple[int, Drawn]) -> None:
    _columns, screens = drawn
    assert "收件箱 7" in screens["list"][0]
    assert any("1月5日 星期一" in line for line in screens["thread"])
    assert any("通过邮件回复 lena@posteo.example" in line for line in screens["left"])
    assert any("明天9点   明天 09:00" in line for line in screens["snooze"])
    assert any("个操作" in line for line in screens["palette"])
    keys = {"Home", "Down", "PgDn", "PgUp", "Enter", "Esc", "Tab", "Alt", "End", "Left", "Right", "Space"}
    # Above and beside what lies over it the list looks out.
    assert _words(screens["help"]) - _words(screens["list"]) <= keys


def _words(lines: list[str]) -> set[str]:
    return {word for line in lines for word in re.findall(r"[A-Za-z]{3,}", line)}


def test_reply_and_note_are_told_apart(drawn: tuple[int, Drawn]) -> None:
    _columns, screens = drawn
    assert any(" 回复 " in line and "Lena Hoffmann lena@posteo.example" in line for line in screens["reply"])
    assert any(" 备注 |" in line and "仅团队可见" in line for line in screens["note"])


def test_nothing_that_lies_below_cuts_into_what_lies_over_it(drawn: tuple[int, Drawn]) -> None:
    """The edges of hidden panes run through wide characters of the help and the palette, and leave them whole."""
    _columns, screens = drawn
    for line in screens["palette"]:
        before, found, _after = line.partition("   此会话")
        assert not found or before.split()[-1] in TOLD, line
    shown = "\n".join(screens["help"])
    # At 80x24 it is further down.
    assert shown.count("编写") == shown.count("编写时"), shown
