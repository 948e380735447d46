"""The same picture in fewer bytes: over SSH, most of what a list costs is colours said twice and blanks.

Colours are written when they change, not around every word; a move that nothing follows is left out; blanks are
erased instead of written, where the terminal erases in the current colour (``bce`` in terminfo).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from functools import lru_cache

_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_MOVE = r"\x1b\[\d+;\d+H"
_ONLY_MOVES = re.compile(rf"(?:{_MOVE})*")
_BLANKS = re.compile(rf"(?:{_MOVE}| )*")
_OVERRIDDEN_MOVE = re.compile(rf"(?:\n|{_MOVE})+(?={_MOVE})")
_LEAVES_SCREEN = re.compile(r"\x1b\[\?1049[hl]|\x1bc|\x1b\[!p")
_MANY_BLANKS = " " * 6
_PARTS = re.compile(r"\x1b\[(\d+);(\d+)H|( {6,})|([^\x00-\x1f\x7f ]+| {1,5})|([\s\S])")

_SYNC_START, _SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
_SMALL = 1024
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29"}
_CUBE = {"0": 0, "95": 1, "135": 2, "175": 3, "215": 4, "255": 5}
_SEEN_ON_BLANKS = frozenset("479")
_ERASE_IN_COLOUR = ("xterm", "tmux", "alacritty", "foot", "kitty", "wezterm", "rxvt", "linux", "konsole", "vte", "st-")


def erases_in_colour(term: str) -> bool:
    """Whether terminals called ``term`` erase in the current background colour. GNU screen, for one, does not."""
    return term.startswith(_ERASE_IN_COLOUR)


@dataclass(frozen=True, slots=True)
class _Look:
    """A terminal's current colours and marks, as the parameters that set them."""

    fore: str = ""
    back: str = ""
    marks: frozenset[str] = frozenset()

    def full(self) -> str:
        return ";".join(["0", *sorted(self.marks), *filter(None, (self.fore, self.back))])


# A screen has a few dozen looks and thousands of changes between them: each is worked out once.
@lru_cache(maxsize=4096)
def _change(old: _Look, new: _Look) -> str:
    """The shortest parameters that turn ``old`` into ``new``."""
    codes = sorted({_OFF[mark] for mark in old.marks - new.marks})
    # 22 ends both bold and dim.
    lost = {mark for mark in new.marks & old.marks if _OFF[mark] in codes}
    codes += sorted((new.marks - old.marks) | lost)
    if new.fore != old.fore:
        codes.append(new.fore or "39")
    if new.back != old.back:
        codes.append(new.back or "49")
    change, whole = ";".join(codes), new.full()
    return whole if len(whole) < len(change) else change


@lru_cache(maxsize=4096)
def _on_blanks(old: _Look, new: _Look) -> _Look:
    """What has to be set for a plain space: only its ground can be seen."""
    return replace(old, back=new.back, marks=old.marks - _SEEN_ON_BLANKS)


@lru_cache(maxsize=256)
def _indexed(value: str) -> str:
    """A true colour by its number in the 256-colour cube, where it has one (xterm's ctlseqs, SGR 38;5)."""
    codes = value.split(";")
    if codes[1] != "2":
        return value
    levels = [_CUBE.get(code) for code in codes[2:]]
    if None in levels:
        return value
    red, green, blue = (level for level in levels if level is not None)
    return f"{codes[0]};5;{16 + 36 * red + 6 * green + blue}"


@lru_cache(maxsize=4096)
def _read(look: _Look | None, parameters: str) -> _Look | None:
    """``look`` after an SGR sequence; None where the sequence is none we know."""
    codes = [code or "0" for code in parameters.split(";")]
    fore, back, marks = (look.fore, look.back, set(look.marks)) if look else ("", "", set())
    known = look is not None
    at = 0
    while at < len(codes):
        code = codes[at]
        number = int(code)
        if number == 0:
            fore, back, marks, known = "", "", set(), True
        elif number in (38, 48):
            size = {"2": 5, "5": 3}.get(codes[at + 1] if at + 1 < len(codes) else "", 0)
            if not size or at + size > len(codes):
                return None
            value = _indexed(";".join(codes[at : at + size]))
            fore, back = (value, back) if number == 38 else (fore, value)
            at += size - 1
        elif code in _OFF:
            marks.add(code)
        elif number in (39, 49):
            fore, back = ("", back) if number == 39 else (fore, "")
        elif 30 <= number <= 37 or 90 <= number <= 97:
            fore = code
        elif 40 <= number <= 47 or 100 <= number <= 107:
            back = code
        else:
            return None
        at += 1
    return _Look(fore, back, frozenset(marks)) if known else None


class Thrift:
    """A filter of terminal output, one per terminal, fed everything that is written to it in order."""

    def __init__(self, *, erase: bool | None = None) -> None:
        self._erase = erases_in_colour(os.environ.get("TERM", "")) if erase is None else erase
        self._wanted: _Look | None = None
        self._actual: _Look | None = None
        self._row = 0
        self._sync_held = False
        self._sync_dropped = False

    def feed(self, data: str) -> str:
        """What to write instead of ``data``."""
        if data == _SYNC_START:
            self._sync_held = True
            return ""
        if data == _SYNC_END and self._sync_dropped:
            self._sync_dropped = False
            return ""
        if _LEAVES_SCREEN.search(data):
            # Another program may paint before we are back: nothing of ours is left behind, nothing of its is taken on.
            self._wanted = self._actual = _Look()
            self._row = 0
            written = f"\x1b[0m{data}\x1b[0m"
        else:
            written = self._shorten(data)
        if self._sync_held:
            # A few hundred bytes arrive at once anyway; only longer pictures can tear.
            self._sync_held = False
            self._sync_dropped = len(written) < _SMALL and data != _SYNC_END
            return written if self._sync_dropped else _SYNC_START + written
        return written

    def _shorten(self, data: str) -> str:
        out: list[str] = []
        # A move is overridden by the next one, whatever colours are set in between.
        pieces = _SGR.split(_OVERRIDDEN_MOVE.sub("", data))
        for index, piece in enumerate(pieces):
            if index % 2:
                self._take(piece, out)
            elif piece:
                if not _ONLY_MOVES.fullmatch(piece):
                    self._settle(piece, out)
                out.append(self._text(piece))
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
        if _BLANKS.fullmatch(piece) and not wanted.marks & _SEEN_ON_BLANKS and "7" not in self._actual.marks:
            wanted = _on_blanks(self._actual, wanted)
            if wanted == self._actual:
                return
        out.append(f"\x1b[{_change(self._actual, wanted)}m")
        self._actual = wanted

    def _text(self, piece: str) -> str:
        """A piece between colours: shorter moves, and blanks erased."""
        if piece.isprintable() and _MANY_BLANKS not in piece:
            return piece
        out: list[str] = []
        found = list(_PARTS.finditer(piece))
        plain = self._actual is not None and not self._actual.marks & _SEEN_ON_BLANKS
        for index, part in enumerate(found):
            row, column, blanks, text, other = part.groups()
            if row is not None:
                next_line = self._row and int(row) == self._row + 1 and column == "1"
                out.append("\r\n" if next_line else part[0])
                self._row = int(row)
            elif blanks is not None and self._erase and plain:
                size = len(blanks)
                last = index + 1 < len(found) and found[index + 1][1] is not None
                erased = f"\x1b[{size}X" if last else f"\x1b[{size}X\x1b[{size}C"
                out.append(erased if len(erased) < size else blanks)
            else:
                if other is not None and other < " ":
                    # Some other control: where the cursor is now is not known.
                    self._row = 0
                out.append(blanks or text or other)
        return "".join(out)
