"""What only unusual text needs: controls made visible, hidden characters dropped, stacked marks and joiners capped."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"
MARKS_PER_BASE = 5
JOINS_PER_EMOJI = 7

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


def tame(text: str) -> str:
    """The text as :func:`omni_tui.text.clean.clean` shows it, line ends and tabs apart."""
    text = _SHOWN.sub(REPLACEMENT, text)
    text = _DROPPED.sub("", text)
    text = _STACKED.sub(_cap_marks, text)
    return _JOINED.sub(_keep_joiners, text)


def without_leading_marks(line: str) -> str:
    """The line from its first character that takes a cell of its own."""
    start = 0
    while start < len(line) and (line[start].isspace() or line[start] in "\u200c\u200d" or _is_mark(line[start])):
        start += 1
    return line[start:]


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
