"""The one place that makes outside text safe to show, and the other that makes it safe to store.

What reaches a terminal must not be able to move its cursor, set its title, reorder what is read or stack
marks over other lines: :func:`clean` and :func:`clean_line`. What is stored is kept as it came but for what
no database or header can hold: :func:`storable` and :func:`storable_line`.
"""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"
TAB_SIZE = 4
MARKS_PER_BASE = 5
JOINS_PER_EMOJI = 7

# Text made of these alone needs nothing and is returned as it is.
_PLAIN = (
    "\n\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u058f\u2010-\u2027\u2030-\u205e"
    "\u3001-\u3029\u3030-\u3096\u309b-\u312f\u3131-\u3163\u3165-\ua66e\uac00-\ud7a3\uff01-\uff9f"
)
_SUSPECT = re.compile(f"[^{_PLAIN}]")

# Terminal controls, bidi embeddings, overrides and isolates, annotations, lone surrogates and noncharacters:
# somebody put them there, so the reader sees U+FFFD.
_SHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# Without any look of their own: direction marks, soft hyphens, zero-width spaces, blank letters, tags.
_DROPPED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2060-\u2065\u3164\ufeff\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
_TONE = "\U0001f3fb-\U0001f3ff"
_EMOJI = f"[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001f3fa\U0001f400-\U0001faff][\ufe0f{_TONE}]*"
# Joiners combine emoji, and shape letters of the scripts from Arabic to Mongolian; elsewhere they only hide.
_JOINED = re.compile(
    f"(?P<emoji>{_EMOJI}(?:\u200d{_EMOJI})+)"
    "|(?P<shaping>(?<=[\u0600-\u1cff])[\u200c\u200d](?=[\u0600-\u1cff])"
    "|(?<=[\u0900-\u0dff])[\u200c\u200d](?![\u200c\u200d]))"
    "|[\u200c\u200d]"
)
# A superset of the marks drawn over or under the character before them, and the joiners between them.
_STACK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u11ff\u135d-\u1cff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\u2cef-\u2dff"
    "\u302a-\u302f\u3099\u309a\ua66f-\uabff\ud7b0-\ud7ff\ufb1e\ufe00-\ufe0f\ufe20-\ufe2f"
    f"{_TONE}\U00010000-\U0001e9ff\U000e0100-\U000e01ef"
)
_STACKED = re.compile(f"(?:^[{_STACK}]+)|[{_STACK}]{{{MARKS_PER_BASE + 1},}}", re.MULTILINE)
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
_BLANKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029][\\s\x85]*")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    if not _SUSPECT.search(text):
        return text
    text = _SHOWN.sub(REPLACEMENT, text)
    text = _DROPPED.sub("", text)
    text = _STACKED.sub(_cap_marks, text)
    return _JOINED.sub(_keep_joiners, text)


def clean_line(text: str) -> str:
    """:func:`clean` for one line: line ends and tabs, with the space after them, become one space; both ends
    are stripped."""
    line = clean(_BLANKS.sub(" ", text)).strip()
    start = 0
    # A mark behind a space that was stripped would now begin the line.
    while start < len(line) and (line[start].isspace() or line[start] in "\u200c\u200d" or _is_mark(line[start])):
        start += 1
    return line[start:]


def storable(text: str) -> str:
    """The text as the store keeps it: NUL and lone surrogates become U+FFFD, line ends ``\\n``."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub(REPLACEMENT, text)


def storable_line(text: str) -> str:
    """:func:`storable` for one header field: as :func:`clean_line` makes one."""
    return storable(_BLANKS.sub(" ", text)).strip()


def csv_cell(text: str) -> str:
    """The text with ``'`` before it where a spreadsheet would take it for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def _is_mark(char: str) -> bool:
    # Medial vowels and final consonants of Hangul and skin tones take no cell of their own either.
    return (
        unicodedata.category(char)[0] == "M"
        or "\u1161" <= char <= "\u11ff"
        or "\ud7b0" <= char <= "\ud7ff"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    )


def _cap_marks(match: re.Match[str]) -> str:
    start = match.start()
    # A mark at the start of a line would be drawn over whatever stands before the text on the screen.
    room = 0 if start == 0 or match.string[start - 1] == "\n" else MARKS_PER_BASE
    kept = []
    for char in match.group():
        if char in "\u200c\u200d":
            kept.append(char)
        elif not _is_mark(char):
            room = MARKS_PER_BASE
            kept.append(char)
        elif room:
            room -= 1
            kept.append(char)
    return "".join(kept)


def _keep_joiners(match: re.Match[str]) -> str:
    if match.lastgroup == "shaping":
        return match.group()
    if match.lastgroup is None:
        return ""
    parts = match.group().split("\u200d")
    return "\u200d".join(parts[: JOINS_PER_EMOJI + 1]) + "".join(parts[JOINS_PER_EMOJI + 1 :])
