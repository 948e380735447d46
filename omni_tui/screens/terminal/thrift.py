"""Writes each colour only when it changes: over SSH, most of what a list costs is repeated colour codes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_SGR = re.compile(r"\x1b\[([0-9;]*)m")
# Absolute cursor moves and the marks of a synchronised update leave colours alone.
_MOVES = re.compile(r"(?:\x1b\[\d*(?:;\d*)?H|\x1b\[\?2026[hl])*")
_BLANKS = re.compile(r"(?:\x1b\[\d*(?:;\d*)?H| )*")
_NEEDLESS_LINE_FEED = re.compile(r"\n(?=\x1b\[\d+;\d+H)")
_LEAVES_SCREEN = re.compile(r"\x1b\[\?1049[hl]|\x1bc|\x1b\[!p")

_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29"}
_LINES = frozenset("49")


@dataclass(frozen=True, slots=True)
class _Look:
    """A terminal's current colours and marks, as the parameters that set them."""

    fore: str = ""
    back: str = ""
    marks: frozenset[str] = frozenset()

    def full(self) -> str:
        return ";".join(["0", *sorted(self.marks), *filter(None, (self.fore, self.back))])

    def change_from(self, old: _Look) -> str:
        """The shortest parameters that turn ``old`` into this."""
        gone = old.marks - self.marks
        codes = sorted({_OFF[mark] for mark in gone})
        # 22 ends both bold and dim.
        lost = {mark for mark in self.marks & old.marks if _OFF[mark] in codes}
        codes += sorted((self.marks - old.marks) | lost)
        if self.fore != old.fore:
            codes.append(self.fore or "39")
        if self.back != old.back:
            codes.append(self.back or "49")
        change, whole = ";".join(codes), self.full()
        return whole if len(whole) < len(change) else change


def _read(look: _Look | None, parameters: str) -> _Look | None:
    """``look`` after an SGR sequence; None where the sequence is none we know."""
    codes = [code or "0" for code in parameters.split(";")]
    fore, back, marks = (look.fore, look.back, set(look.marks)) if look else ("", "", set())
    known = look is not None
    at = 0
    while at < len(codes):
        code = codes[at]
        if code == "0":
            fore, back, marks, known = "", "", set(), True
        elif code in ("38", "48"):
            size = {"2": 5, "5": 3}.get(codes[at + 1] if at + 1 < len(codes) else "", 0)
            if not size or at + size > len(codes):
                return None
            value = ";".join(codes[at : at + size])
            fore, back = (value, back) if code == "38" else (fore, value)
            at += size - 1
        elif code in _OFF:
            marks.add(code)
        elif code in ("39", "49"):
            fore, back = ("", back) if code == "39" else (fore, "")
        elif code.isdigit() and (30 <= int(code) <= 37 or 90 <= int(code) <= 97):
            fore = code
        elif code.isdigit() and (40 <= int(code) <= 47 or 100 <= int(code) <= 107):
            back = code
        else:
            return None
        at += 1
    return _Look(fore, back, frozenset(marks)) if known else None


class Thrift:
    """A filter of terminal output: the same picture in fewer bytes. One per terminal, in order."""

    def __init__(self) -> None:
        self._wanted: _Look | None = None
        self._actual: _Look | None = None

    def feed(self, data: str) -> str:
        """What to write instead of ``data``."""
        if _LEAVES_SCREEN.search(data):
            # Another program may paint before we are back: forget what the terminal looks like.
            self._wanted = self._actual = None
            return f"\x1b[0m{data}" if data.endswith("l") else data
        out: list[str] = []
        pieces = _SGR.split(_NEEDLESS_LINE_FEED.sub("", data))
        for index, piece in enumerate(pieces):
            if index % 2:
                self._take(piece, out)
            elif piece:
                if not _MOVES.fullmatch(piece):
                    self._settle(piece, out)
                out.append(piece)
        return "".join(out)

    def _take(self, parameters: str, out: list[str]) -> None:
        look = _read(self._wanted, parameters)
        if look is None:
            # Unknown here: hand it on with what was asked before it, and start afresh after the next reset.
            if self._wanted is not None and self._wanted != self._actual:
                out.append(f"\x1b[{self._wanted.full()}m")
            out.append(f"\x1b[{parameters}m")
            self._actual = None
        self._wanted = look

    def _settle(self, piece: str, out: list[str]) -> None:
        wanted = self._wanted
        if wanted is None or wanted == self._actual:
            return
        if self._actual is None:
            out.append(f"\x1b[{wanted.full()}m")
            self._actual = wanted
            return
        if _BLANKS.fullmatch(piece) and "7" not in wanted.marks | self._actual.marks:
            # On a space only the ground and the lines through it can be seen.
            marks = (self._actual.marks - _LINES) | (wanted.marks & _LINES)
            wanted = replace(self._actual, back=wanted.back, marks=marks)
            if wanted == self._actual:
                return
        out.append(f"\x1b[{wanted.change_from(self._actual)}m")
        self._actual = wanted
