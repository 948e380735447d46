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
    "sel": "#2b2f57",
    "blur": "#1e222b",
    "note": "#2a2419",
    "text": "#e6e8ec",
    "soft": "#b6bbc5",
    "muted": "#949ba8",
    "faint": "#848c9a",
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
    "faint": "#676b74",
    "accent": "#3a4fc4",
    "alarm": "#bb1f2f",
    "caution": "#7d5a00",
}
# Every ink reads at 7:1 or more on every ground (WCAG 2.2, success criterion 1.4.6).
CONTRAST = {
    "base": "#000000",
    "side": "#000000",
    "raised": "#1c1c1c",
    "over": "#1c1c1c",
    "sel": "#00005f",
    "blur": "#303030",
    "note": "#3a2a00",
    "text": "#ffffff",
    "soft": "#ffffff",
    "muted": "#ffffff",
    "faint": "#ffffff",
    "accent": "#87d7ff",
    "alarm": "#ffafaf",
    "caution": "#ffd787",
}
CONTRAST_LIGHT = {
    "base": "#ffffff",
    "side": "#ffffff",
    "raised": "#eeeeee",
    "over": "#eeeeee",
    "sel": "#d7d7ff",
    "blur": "#dadada",
    "note": "#ffffaf",
    "text": "#000000",
    "soft": "#000000",
    "muted": "#000000",
    "faint": "#000000",
    "accent": "#0000af",
    "alarm": "#870000",
    "caution": "#5f2f00",
}
COLOURS: Mapping[str, Mapping[str, str]] = {
    "dark": DARK,
    "light": LIGHT,
    "contrast": CONTRAST,
    "contrast-light": CONTRAST_LIGHT,
}
FLAT = ("ansi", "ansi-light")
"""Themes of the terminal's own sixteen colours."""
THEMES = (*COLOURS, *FLAT)
GROUNDS = ("base", "side", "raised", "over", "sel", "blur", "note")

# The quietest inks are too weak to read on the grounds that stand out most.
_STRONGER: Mapping[str, Mapping[str, str]] = {
    "sel": {"faint": "muted", "muted": "soft"},
    "blur": {"faint": "muted"},
    "raised": {"faint": "muted"},
}
_ANSI = {"muted": "dim", "faint": "dim", "accent": "cyan", "alarm": "bold red", "caution": "yellow"}
_ANSI_LIGHT = {**_ANSI, "accent": "blue", "caution": "magenta"}
_NO_COLOUR = {"muted": "dim", "faint": "dim", "accent": "bold", "alarm": "bold", "caution": "bold"}


@dataclass(frozen=True, eq=False)
class Tones:
    """One theme's inks. ``flat`` themes have no grounds of their own: edges and words take their place."""

    name: str
    colours: Mapping[str, str]
    flat: bool
    coloured: bool = True

    @property
    def flat_inks(self) -> Mapping[str, str]:
        """What stands for a role where there is none but the terminal's own colours, or no colour at all."""
        if not self.coloured:
            return _NO_COLOUR
        return _ANSI_LIGHT if self.name == "ansi-light" else _ANSI

    @property
    def is_dark(self) -> bool:
        """Whether the ground of the thread is darker than its text."""
        if self.flat:
            return self.name != "ansi-light"
        return luminance(self.colours["base"]) < luminance(self.colours["text"])

    @lru_cache(maxsize=1024)  # noqa: B019 - there are a few of these in a process, all immortal
    def style(self, ink: str, ground: str) -> Style:
        """The terminal style of an ink on a ground. ``#aabbcc/#ddeeff`` is a picture's dot and the one below it."""
        role, *marks = ink.split()
        bold, underline = "bold" in marks, "underline" in marks
        if "block" in marks:
            return self._block(role)
        if role.startswith("#"):
            dot, _slash, below = role.partition("/")
            return Style(color=dot, bgcolor=below or self.colours.get(ground))
        if not self.flat:
            role = _STRONGER.get(ground, {}).get(role, role)
            return Style(
                color=self.colours[role], bgcolor=self.colours[ground], bold=bold or None, underline=underline or None
            )
        if ground == "sel":
            return Style(reverse=True, bold=bold or None, underline=underline or None)
        plain = Style.parse(self.flat_inks.get(role, ""))
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


def tones_for(theme: str, *, colour: bool = True, own: Mapping[str, str] | None = None) -> Tones:
    """The tones of a theme by its name, with colours of one's ``own`` over its; without colour only a flat one is of
    use."""
    if theme in FLAT or not colour:
        return Tones(theme if theme in FLAT else "ansi", {}, flat=True, coloured=colour)
    return Tones(theme, {**COLOURS[theme], **(own or {})}, flat=False)


def luminance(colour: str) -> float:
    """The relative luminance of ``#rrggbb`` (WCAG 2.2), 0 for black to 1 for white."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2), from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
