"""Text with a role: what widgets draw with, before any colour is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from omni_tui.text.cells import cut, pieces, width


class Span(NamedTuple):
    """A run of text with one ink: a role (``text soft muted faint accent alarm caution``), then ``bold``,
    ``underline`` or ``block`` in any order (``"accent bold"``). The text is one line and already clean.
    """

    text: str
    ink: str = "text"


Line = tuple[Span, ...]

BLANK: Line = ()


def cells(spans: Iterable[Span]) -> int:
    """How many cells the spans take."""
    return sum(width(span.text) for span in spans)


def shorten(spans: Iterable[Span], room: int) -> Line:
    """The spans cut to ``room`` cells; two faint dots tell that something is missing."""
    spans = tuple(spans)
    if cells(spans) <= room:
        return spans
    if room < 3:
        return (Span(" " * max(room, 0)),)
    kept: list[Span] = []
    left = room
    for span in spans:
        size = width(span.text)
        if size <= left - 2:
            kept.append(span)
            left -= size
            continue
        kept.append(Span(cut(span.text, left - 2, ""), span.ink))
        kept.append(Span("..", "faint"))
        break
    return tuple(kept)


def ends(left: Iterable[Span], right: Iterable[Span], room: int, gap: int = 2) -> Line:
    """``left`` from the start and ``right`` up to the end of ``room`` cells; ``left`` gives way."""
    right = tuple(right)
    taken = cells(right)
    if taken + gap >= room:
        return shorten(left, room)
    fitted = shorten(left, room - taken - (gap if taken else 0))
    return (*fitted, Span(" " * (room - taken - cells(fitted))), *right)


def behind(line: Line, skip: int) -> Line:
    """The line without its first ``skip`` cells; of a wide character cut in two a space is left."""
    return parted(line, skip)[1]


def parted(line: Line, at: int) -> tuple[Line, Line]:
    """The line's first ``at`` cells, or as many as it has, and what follows; of a wide character cut in two each side
    keeps a space."""
    before: list[Span] = []
    after: list[Span] = []
    for span in line:
        size = width(span.text)
        if at <= 0:
            after.append(span)
        elif size <= at:
            before.append(span)
        else:
            head, tail = _parted(span.text, at)
            before.append(Span(head, span.ink))
            after.append(Span(tail, span.ink))
        at = max(0, at - size)
    return tuple(before), tuple(after)


def _parted(text: str, at: int) -> tuple[str, str]:
    passed = taken = 0
    for piece, size in pieces(text):
        if taken + size > at:
            short = at - taken
            rest = text[passed:]
            return text[:passed] + " " * short, " " * (size - short) + rest[len(piece) :] if short else rest
        passed, taken = passed + len(piece), taken + size
    return text, ""


def indent(line: Line, by: int) -> Line:
    """The line moved ``by`` cells to the right."""
    return (Span(" " * by), *line) if by else line


def column(text: str, size: int, ink: str) -> Span:
    """``text`` in exactly ``size`` cells, cut or padded at the end."""
    fitted = cut(text, size, "")
    return Span(fitted + " " * (size - width(fitted)), ink)


def column_right(text: str, size: int, ink: str) -> Span:
    """``text`` in exactly ``size`` cells, padded in front."""
    fitted = cut(text, size, "")
    return Span(" " * (size - width(fitted)) + fitted, ink)


def at_word(text: str, room: int) -> tuple[str, bool]:
    """``text`` cut to ``room`` cells, at a word if that loses no more than 8; tells whether it was cut."""
    if width(text) <= room:
        return text, False
    short = cut(text, room - 2, "").rstrip()
    space = short.rfind(" ")
    if space > 0 and width(short) - width(short[:space]) <= 8:
        short = short[:space].rstrip()
    return short, True
