"""The one place that makes outside text safe to show, and the other that makes it safe to store.

What reaches a terminal must not be able to move its cursor, set its title, reorder what is read or stack
marks over other lines: :func:`clean` and :func:`clean_line`. What is stored is kept as it came but for what
no database or header can hold: :func:`storable` and :func:`storable_line`.
"""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right
from functools import cache, lru_cache

REPLACEMENT = "\ufffd"
TAB_SIZE = 4

# Text made of these alone needs nothing and is returned as it is.
_PLAIN = (
    "\n\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u058f\u2010-\u2027\u2030-\u205e"
    "\u3001-\u3029\u3030-\u3096\u309b-\u312f\u3131-\u3163\u3165-\ua66e\uac00-\ud7a3\uff01-\uff9f"
)


_LONG = 400
"""Characters from which on it pays to compile so wide a class, which takes milliseconds: a start's worth."""


@cache
def _suspect() -> re.Pattern[str]:
    return re.compile(f"[^{_PLAIN}]")


@cache
def _plain_ranges() -> tuple[list[str], list[str]]:
    found = re.findall("(.)(?:-(.))?", _PLAIN, re.DOTALL)
    return [first for first, _ in found], [last or first for first, last in found]


@lru_cache(maxsize=8192)
def _is_plain_char(char: str) -> bool:
    firsts, lasts = _plain_ranges()
    at = bisect_right(firsts, char)
    return at > 0 and char <= lasts[at - 1]


def _is_plain(text: str) -> bool:
    return all(map(_is_plain_char, text)) if len(text) < _LONG else not _suspect().search(text)


_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
_LONE_RETURN = re.compile("\r[^\n]")  # one that ends the text is not found by it
_BLANKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029][\\s\x85]*")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Text of several lines, safe to show in a terminal; the same when cleaned twice.

    Line ends become ``\\n`` and tabs spaces. Terminal controls (C0, DEL, C1), bidi embeddings, overrides and
    isolates (UAX #9) and lone surrogates become U+FFFD; what has no look of its own is left out. Joiners stay
    where emoji or scripts need them, and at most five marks stack on one character.
    """
    if "\r" in text or "\u2028" in text or "\u2029" in text:
        text = _LINE_END.sub("\n", text)
    if "\t" in text:
        text = text.expandtabs(TAB_SIZE)
    if text.replace("\n", "").isprintable() if text.isascii() else _is_plain(text):
        return text
    from omni_tui.text.unusual import tame  # its patterns take milliseconds to compile, and few texts need them

    return tame(text)


def clean_line(text: str) -> str:
    """:func:`clean` for one line: line ends and tabs, with the space after them, become one space; both ends
    are stripped."""
    line = clean(_BLANKS.sub(" ", text)).strip()
    if line.isascii() or _is_plain_char(line[0]):
        return line
    from omni_tui.text.unusual import without_leading_marks

    # A mark behind a space that was stripped would now begin the line.
    return without_leading_marks(line)


def storable(text: str) -> str:
    """The text as the store keeps it: NUL and lone surrogates become U+FFFD, line ends ``\\n``."""
    if "\r" in text:
        if text.endswith("\r") or _LONE_RETURN.search(text) is not None:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        else:
            text = text.replace("\r", "")  # to take out one character costs a fraction of replacing two
    if "\0" not in text:
        if text.isascii():
            return text
        # Nothing but a lone surrogate stops this, and it takes a tenth of looking for one by a pattern.
        with contextlib.suppress(UnicodeEncodeError):
            text.encode()
            return text
    return _UNSTORABLE.sub(REPLACEMENT, text)


def storable_line(text: str) -> str:
    """:func:`storable` for one header field: as :func:`clean_line` makes one."""
    if text.isprintable():
        return text.strip()  # no control, no surrogate, no blank but the space
    return storable(_BLANKS.sub(" ", text)).strip()
