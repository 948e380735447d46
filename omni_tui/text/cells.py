"""Measuring, cutting and wrapping text in terminal cells, by the rules Rich draws with.

A wide character (East Asian Wide or Fullwidth, UAX #11) takes two cells, a mark none, an emoji sequence
(joiners, skin tones, VS16) the cells of its first sign, two. Text is expected to be cleaned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

# What may be measured by counting: one cell each, nothing combining.
_NARROW = "[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2500-\u25fc]*"
# Narrow signs that VS16 makes wide emoji (emoji-variation-sequences.txt, Unicode 17).
_WIDENED = (
    "[#*0-9\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u2328\u23cf\u23ed-\u23ef\u23f1\u23f2"
    "\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb\u25fc\u2600-\u2604\u260e\u2611\u2618\u261d\u2620"
    "\u2622\u2623\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642\u265f\u2660\u2663\u2665\u2666\u2668"
    "\u267b\u267e\u2692\u2694-\u2697\u2699\u269b\u269c\u26a0\u26a7\u26b0\u26b1\u26c8\u26cf\u26d1\u26d3"
    "\u26e9\u26f0\u26f1\u26f4\u26f7-\u26f9\u2702\u2708\u2709\u270c\u270d\u270f\u2712\u2714\u2716\u271d"
    "\u2721\u2733\u2734\u2744\u2747\u2763\u2764\u27a1\u2934\u2935\u2b05-\u2b07\U0001f170\U0001f171"
    "\U0001f17e\U0001f17f\U0001f321\U0001f324-\U0001f32c\U0001f336\U0001f37d\U0001f396\U0001f397"
    "\U0001f399-\U0001f39b\U0001f39e\U0001f39f\U0001f3cb-\U0001f3ce\U0001f3d4-\U0001f3df\U0001f3f3"
    "\U0001f3f5\U0001f3f7\U0001f43f\U0001f441\U0001f4fd\U0001f549\U0001f54a\U0001f56f\U0001f570"
    "\U0001f573-\U0001f579\U0001f587\U0001f58a-\U0001f58d\U0001f590\U0001f5a5\U0001f5a8"
    "\U0001f5b1\U0001f5b2\U0001f5bc\U0001f5c2-\U0001f5c4\U0001f5d1-\U0001f5d3\U0001f5dc-\U0001f5de"
    "\U0001f5e1\U0001f5e3\U0001f5e8\U0001f5ef\U0001f5f3\U0001f5fa\U0001f6cb\U0001f6cd-\U0001f6cf"
    "\U0001f6e0-\U0001f6e5\U0001f6e9\U0001f6f0\U0001f6f3]"
)
_ZWJ = "\u200d"
_VS16 = "\ufe0f"
# The soft hyphen, and the signs that enclose or precede digits and letters (UAX #29, Prepend).
_DRAWN_FORMATS = "\xad\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
_NO_LINE_START = frozenset(
    ",.!?;:)]}%>»”’…、。，．！？；：）〕］｝〉》」』】・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々"
)
_NO_LINE_END = frozenset("([{<«“‘（〔［｛〈《「『【")
_LOSS = 8


@cache
def _narrow() -> re.Pattern[str]:
    # Compiling so wide a class takes milliseconds: not at every start.
    return re.compile(_NARROW)


@lru_cache(maxsize=8192)
def _char_width(char: str) -> int:
    code = ord(char)
    category = unicodedata.category(char)
    if category in ("Mn", "Mc", "Me", "Cc", "Zl", "Zp"):
        return 0
    if category == "Cf":
        return 1 if char in _DRAWN_FORMATS else 0
    if 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF or 0x1F3FB <= code <= 0x1F3FF:
        return 0  # medial vowels and final consonants of Hangul, skin tones
    if char in "\u3164\uffa0":
        return 0
    if category == "Cn":
        # Newer than this interpreter's tables: emoji and ideographs are wide, the rest is not.
        return 2 if 0x1FA70 <= code <= 0x1FAFF or 0x20000 <= code <= 0x3FFFD or code == 0x1F6DC else 1
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    # Trigrams, hexagrams and counting rods became wide with Unicode 16.
    wide = 0x2630 <= code <= 0x2637 or 0x268A <= code <= 0x268F or 0x4DC0 <= code <= 0x4DFF
    return 2 if wide or 0x1D300 <= code <= 0x1D376 else 1


def _is_narrow(text: str) -> bool:
    return _narrow().fullmatch(text) is not None


def width(text: str) -> int:
    """How many terminal cells the text takes."""
    if text.isascii() and text.isprintable():
        return len(text)
    if _ZWJ not in text and _VS16 not in text:
        return sum(map(_char_width, text))
    return sum(cells for _, _, cells in _clusters(text))


def pieces(text: str) -> Iterator[tuple[str, int]]:
    """What must not be torn apart, one after the other, with the cells each takes."""
    for start, end, cells in _clusters(text):
        yield text[start:end], cells


def _clusters(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and cells of what must not be torn apart: a character with its marks, an emoji sequence."""
    start = 0
    cells = 0
    joined = False
    base = ""
    for index, char in enumerate(text):
        if joined:
            joined = False
            continue
        if char == _ZWJ:
            joined = True
        elif char == _VS16:
            if base and re.match(_WIDENED, base):
                cells += 1
            base = ""
        else:
            size = _char_width(char)
            if not size:
                continue
            if index > start:
                yield start, index, cells
                start, cells = index, 0
            cells += size
            base = char
    if start < len(text):
        yield start, len(text), cells


def cut(text: str, cells: int, marker: str = "..") -> str:
    """The text in at most ``cells`` cells; what is cut ends in ``marker``, at a word's end if that is near.

    Where the marker itself has no room the text is cut without it.
    """
    if cells <= 0:
        return ""
    room = cells - width(marker)
    if room <= 0:
        room, marker = cells, ""
    used = 0
    end = 0
    for _, stop, size in _clusters(text):
        used += size
        if used <= room:
            end = stop
        if used > cells:
            break
    else:
        return text
    head = text[:end]
    if end < len(text) and not text[end].isspace() and head[-1:].isascii():
        space = head.rfind(" ")
        if space > 0 and len(head) - space <= _LOSS:
            head = head[:space]
    return head.rstrip() + marker


def wrap(text: str, cells: int) -> list[str]:
    """The text's lines, none wider than ``cells`` (at least 2): broken at spaces and between CJK characters.

    Closing punctuation does not start a line and opening does not end one where that can be helped; a word
    longer than a line is broken where the line ends. Linear in the length of the text.
    """
    cells = max(2, cells)
    lines: list[str] = []
    for line in text.split("\n"):
        if _is_narrow(line):
            _wrap_narrow(line, cells, lines)
        else:
            _wrap_line(line, cells, lines)
    return lines


def _wrap_narrow(line: str, cells: int, lines: list[str]) -> None:
    """As :func:`_wrap_line`, where every character is one cell."""
    start = 0
    while len(line) - start > cells:
        end = start + cells
        if line[end] != " ":
            space = line.rfind(" ", start, end)
            if space >= 0 and not line[start : space + 1].isspace():
                end = space + 1
        piece = line[start:end].rstrip(" ")
        start = end
        while line[start : start + 1] == " ":
            start += 1
        if start == len(line) and not piece:
            break
        lines.append(piece)
    if start < len(line) or not line:
        lines.append(line[start:])


def _wrap_line(line: str, cells: int, lines: list[str]) -> None:
    start = 0  # where the line being filled begins
    used = 0  # its cells so far
    brk = 0  # the last place it may be broken at, and the cells before it
    brk_used = 0
    previous = ""
    for begin, end, size in _clusters(line):
        char = line[begin]
        blank = char == " " and end - begin == 1
        if begin > start and not blank and _may_break(previous, char):
            brk, brk_used = begin, used
        while used + size > cells and not blank and begin > start:
            # A break that leaves nothing but an indent on the line is none.
            if brk <= start or line[start:brk].isspace():
                brk, brk_used = begin, used
            lines.append(line[start:brk].rstrip(" "))
            start, used = brk, used - brk_used
            brk_used = 0
        used += size
        previous = char
    lines.append(line[start:].rstrip(" ") if used > cells else line[start:])


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return True
    if after in _NO_LINE_START or before in _NO_LINE_END:
        return False
    return _char_width(before) == 2 or _char_width(after) == 2
