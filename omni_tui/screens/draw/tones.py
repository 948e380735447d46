"""The token table: which colour a role has on which ground, in each theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from omni_tui.screens.draw.ink import Line
from omni_tui.text.cells import cut, width

if TYPE_CHECKING:
    from textual.strip import Strip

# The signal colours are members of the 256-colour cube: the same picture for half the bytes (terminal.thrift).
DARK = {
    "base": "#14161b",
    "side": "#0f1115",
    "raised": "#1d2027",
    "over": "#20242c",
    "sel": "#2b3557",
    "blur": "#1e222b",
    "note": "#2a2419",
    "text": "#e6e8ec",
    "soft": "#b6bbc5",
    "muted": "#949ba8",
    "faint": "#727a88",
    "accent": "#87afff",
    "alarm": "#ff8787",
    "caution": "#d7af5f",
}
LIGHT = {
    "base": "#fdfcfa",
    "side": "#f3f1ec",
    "raised": "#eae7e0",
    "over": "#ffffff",
    "sel": "#d5ddfb",
    "blur": "#e6e3dc",
    "note": "#fbf0d4",
    "text": "#1b1d22",
    "soft": "#43474f",
    "muted": "#5c616b",
    "faint": "#7d818a",
    "accent": "#3a4fc4",
    "alarm": "#bf2030",
    "caution": "#7d5a00",
}
GROUNDS = ("base", "side", "raised", "over", "sel", "blur", "note")

# On the cursor's ground the two quietest inks are too weak to read.
_ON_SEL = {"faint": "muted", "muted": "soft"}
_ANSI = {"muted": "dim", "faint": "dim", "accent": "cyan", "alarm": "bold red", "caution": "yellow"}
_NO_COLOUR = {"muted": "dim", "faint": "dim", "accent": "bold", "alarm": "bold", "caution": "bold"}


@dataclass(frozen=True, eq=False)
class Tones:
    """One theme's inks. ``flat`` themes have no grounds of their own: edges and words take their place."""

    name: str
    colours: Mapping[str, str]
    flat: bool
    coloured: bool = True

    @lru_cache(maxsize=1024)  # noqa: B019 - there are three of these in a process, all immortal
    def style(self, ink: str, ground: str) -> Style:
        """The terminal style of an ink on a ground."""
        role, *marks = ink.split()
        bold, underline = "bold" in marks, "underline" in marks
        if "block" in marks:
            return self._block(role)
        if not self.flat:
            role = _ON_SEL.get(role, role) if ground == "sel" else role
            return Style(
                color=self.colours[role], bgcolor=self.colours[ground], bold=bold or None, underline=underline or None
            )
        if ground == "sel":
            return Style(reverse=True, bold=bold or None, underline=underline or None)
        plain = Style.parse((_ANSI if self.coloured else _NO_COLOUR).get(role, ""))
        return plain + Style(bold=bold or None, underline=underline or None)

    def _block(self, role: str) -> Style:
        if self.flat:
            return Style(reverse=True, bold=True)
        return Style(color=self.colours["side"], bgcolor=self.colours[role], bold=True)

    def strip(self, line: Line, ground: str, size: int, edge: str = "") -> Strip:
        """:meth:`segments` as widgets paint them."""
        from textual.strip import Strip  # the inbox's first picture is drawn before Textual is imported

        return Strip(self.segments(line, ground, size, edge), size)

    def segments(self, line: Line, ground: str, size: int, edge: str = "") -> list[Segment]:
        """``line`` on ``ground`` in exactly ``size`` cells. In flat themes ``edge`` is drawn in the last cell."""
        edged = bool(edge) and self.flat and size > 1
        room = size - 1 if edged else size
        segments: list[Segment] = []
        left = room
        for text, ink in line:
            taken = width(text)
            if taken > left:
                text = cut(text, left, "")
                taken = width(text)
            if text:
                segments.append(Segment(text, self.style(ink, ground)))
                left -= taken
        if left > 0:
            segments.append(Segment(" " * left, self.style("text", ground)))
        if edged:
            segments.append(Segment(edge, self.style("faint", "side")))
        return segments


def tones_for(theme: str, *, colour: bool = True) -> Tones:
    """The tones of a theme by its name; without colour only the flat one is of use."""
    if not colour or theme == "ansi":
        return Tones("ansi", {}, flat=True, coloured=colour)
    return Tones(theme, LIGHT if theme == "light" else DARK, flat=False)
