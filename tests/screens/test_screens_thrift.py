"""Thrifty output paints the same picture: both streams are drawn by a terminal emulator and compared."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from omni_tui.screens.terminal.driver import mark_pasted
from omni_tui.screens.terminal.thrift import Thrift, erases_in_colour

COLUMNS, ROWS = 40, 8
_COLOURS = ("38;2;148;155;168", "38;2;255;128;120", "38;5;9", "31", "39", "92")
_GROUNDS = ("48;2;15;17;21", "48;2;43;53;87", "48;5;4", "44", "49")

_styles = st.builds(
    lambda marks, fore, back: ";".join([*marks, fore, back]),
    st.lists(st.sampled_from("1247"), unique=True, max_size=2),
    st.sampled_from(_COLOURS),
    st.sampled_from(_GROUNDS),
)
_words = st.sampled_from(["Lena", " ", "          ", "      ", "陈思远", "a b", "." * 5])
_segments = st.lists(st.tuples(_styles, _words), min_size=1, max_size=4)
_lines = st.tuples(st.integers(1, ROWS), st.integers(1, 20), _segments)
_updates = st.lists(st.lists(_lines, min_size=1, max_size=5), min_size=1, max_size=4)


def _written(lines: list[tuple[int, int, list[tuple[str, str]]]]) -> str:
    """One update as Textual writes it: a move, then each segment in its colours, reset behind it."""
    out = []
    for row, column, segments in lines:
        out.append(f"\x1b[{row};{column}H")
        out += [f"\x1b[{style}m{text}\x1b[0m" for style, text in segments]
        out.append("\n" if row < ROWS else "")
    return "".join(out) + "\x1b[1;1H"


def _picture(chunks: list[str]) -> list[list[tuple[object, ...]]]:
    screen = pyte.Screen(COLUMNS, ROWS)
    screen.reset_mode(pyte.modes.DECAWM)
    stream = pyte.Stream(screen)
    for chunk in chunks:
        stream.feed(chunk.replace("\n", "\r\n"))
    picture = []
    for y in range(ROWS):
        cells = []
        for x in range(COLUMNS):
            cell = screen.buffer[y][x]
            seen = cell.data != " " or cell.reverse or cell.underscore
            # The colour and weight of nothing cannot be seen.
            cells.append((cell.data, cell.bg, cell.reverse, cell.underscore, (cell.fg, cell.bold) if seen else None))
        picture.append(cells)
    return picture


@given(_updates, st.booleans())
def test_the_picture_is_the_same(updates: list[list[tuple[int, int, list[tuple[str, str]]]]], erase: bool) -> None:
    thrift = Thrift(erase=erase)
    plain = [_written(update) for update in updates]
    assert _picture([thrift.feed(chunk) for chunk in plain]) == _picture(plain)


@given(_updates)
def test_it_is_never_longer(updates: list[list[tuple[int, int, list[tuple[str, str]]]]]) -> None:
    thrift = Thrift(erase=True)
    plain = [_written(update) for update in updates]
    assert sum(len(thrift.feed(chunk)) for chunk in plain) <= sum(map(len, plain)) + len("\x1b[0;")


def test_unknown_colours_are_handed_on() -> None:
    thrift = Thrift(erase=False)
    assert "58;5;3" in thrift.feed("\x1b[31ma\x1b[58;5;3mb\x1b[0m")
    assert thrift.feed("\x1b[31mc\x1b[0m").endswith("\x1b[0;31mc")


def test_small_updates_need_no_synchronisation_and_large_ones_keep_it() -> None:
    thrift = Thrift(erase=False)
    small = thrift.feed("\x1b[?2026h") + thrift.feed("\x1b[1;1Hhello") + thrift.feed("\x1b[?2026l")
    assert small == "\x1b[1;1Hhello"
    large = thrift.feed("\x1b[?2026h") + thrift.feed("x" * 5000) + thrift.feed("\x1b[?2026l")
    assert large == "\x1b[?2026h" + "x" * 5000 + "\x1b[?2026l"


def test_colours_are_said_again_after_another_program_had_the_screen() -> None:
    thrift = Thrift(erase=False)
    thrift.feed("\x1b[31ma\x1b[0m")
    left = thrift.feed("\x1b[?1049l")
    assert left.startswith("\x1b[0m")
    assert thrift.feed("\x1b[?1049h").endswith("\x1b[0m")
    assert thrift.feed("\x1b[31mb\x1b[0m") == "\x1b[31mb"


def test_gnu_screen_is_not_trusted_to_erase_in_colour() -> None:
    assert erases_in_colour("xterm-256color")
    assert not erases_in_colour("screen-256color")


def test_a_line_feed_with_input_behind_it_was_pasted() -> None:
    feed, letter = events.Key("ctrl+j", "\n"), events.Key("a", "a")
    first, second = mark_pasted([feed, letter])
    assert isinstance(first, events.Paste) and first.text == "\n"
    assert second is letter
    assert mark_pasted([letter, feed]) == [letter, feed]
