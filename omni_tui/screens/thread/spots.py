"""Where what a message names stands in its lines, and the marks painted over it there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from omni_tui.desk.named import Named
from omni_tui.screens.draw.ink import Line, Span, behind, cells, parted
from omni_tui.screens.thread.blocks import Block
from omni_tui.text.cells import pieces

LETTERS = "asdfghjkl"
"""Where the fingers rest. Two of them name what one letter each is too few for: 81 places at most."""
MARK = "accent block"
_NEAR = 60
"""Lines above and below those in view over which what is named may reach."""
Marks = Mapping[tuple[str, int], tuple[Line, tuple[tuple[int, str], ...]]]
"""By block and line: the line they were made for, and at which cell which letters stand."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Something named, at a ``cell`` of the line ``within`` the block ``key``."""

    key: str
    within: int
    cell: int
    named: Named


def spots(block: Block, named: Sequence[Named], shown: Iterable[int]) -> Iterator[Spot]:
    """Where a block names each for the first time in the lines ``shown``; its files by their letters."""
    in_view = set(shown)
    text, places = _joined(block, min(in_view, default=0) - _NEAR, max(in_view, default=0) + _NEAR)
    taken = [False] * len(text)
    found: list[Spot] = []
    # A list of thousands of numbers is gone through as fast as a letter: most of them are not near.
    near = [each for each in named if max(each.value.split(" "), key=len) in text]
    # The longest first: a link may begin as another one does.
    for each in sorted(near, key=lambda each: -len(each.value)):
        done = False
        for at, end in _occurrences(text, places, each.value):
            if any(taken[at:end]) or not (each.kind == "link" or _alone(text, places, at, end)):
                continue
            taken[at:end] = [True] * (end - at)
            if not done and places[at][0] in in_view:
                found.append(Spot(block.key, *places[at], each))
                done = True
    found += [spot for spot in _files(block) if spot.within in in_view]
    yield from sorted(found, key=lambda spot: (spot.within, spot.cell))


def labels(count: int) -> tuple[str, ...]:
    """Letters for so many places, none the beginning of another; as few of two letters as will do."""
    size = len(LETTERS)
    firsts = next((n for n in range(size + 1) if size - n + n * size >= count), size)
    twos = [first + second for first in LETTERS[size - firsts :] for second in LETTERS]
    return (*LETTERS[: size - firsts], *twos)[:count]


def overlaid(line: Line, marks: Iterable[tuple[int, str]]) -> Line:
    """The line with letters painted over its cells; nothing beside them moves."""
    for cell, letters in marks:
        before, rest = parted(line, cell)
        gap = cell - cells(before)
        line = (*before, Span(" " * gap), Span(letters, MARK), *behind(rest, len(letters)))
    return tuple(span for span in line if span.text)


def _joined(block: Block, first: int, last: int) -> tuple[str, list[tuple[int, int]]]:
    """The text of the lines of a block from ``first`` to ``last`` without their margins, and for each character its
    line and cell: what is too long for a line goes on in the next."""
    text: list[str] = []
    places: list[tuple[int, int]] = []
    for within, line in enumerate(block.lines[: last + 1]):
        if within < first:
            continue
        cell, begun = 0, False
        for span in line:
            for piece, size in pieces(span.text):
                begun = begun or not (piece.isspace() or (piece == "|" and span.ink == "caution bold"))
                if begun:
                    text.append(piece)
                    places += [(within, cell)] * len(piece)
                cell += size
        if within == 0:
            text.append("\n")
            places.append((within, cell))
    return "".join(text), places


def _occurrences(text: str, places: Sequence[tuple[int, int]], value: str) -> Iterator[tuple[int, int]]:
    """From where to where it stands. A line that ends at a space of it, as within a phone number, has lost that."""
    for found in re.finditer("( ?)".join(map(re.escape, value.split(" "))), text):
        gaps = (found.span(group) for group in range(1, value.count(" ") + 1))
        if all(start < end or places[start - 1][0] != places[start][0] for start, end in gaps):
            yield found.span()


def _alone(text: str, places: Sequence[tuple[int, int]], at: int, end: int) -> bool:
    """Whether no letter or figure of the same line touches it. Signs that are written without spaces may."""
    before = at > 0 and places[at - 1][0] == places[at][0] and _in_word(text[at - 1])
    after = end < len(text) and places[end][0] == places[end - 1][0] and _in_word(text[end])
    return not (before or after)


def _in_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _files(block: Block) -> Iterator[Spot]:
    for within, line in enumerate(block.lines):
        for at, (letter, gap, name) in enumerate(zip(line, line[1:], line[2:], strict=False)):
            if letter.ink == "accent bold" and gap.text == " " and "underline" in name.ink and letter.text.isalpha():
                yield Spot(block.key, within, cells(line[:at]), Named("file", letter.text, ""))
