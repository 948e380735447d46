"""No colour at all, for NO_COLOR: bold, dim, underline and reverse are what is left (https://no-color.org)."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter


@lru_cache(maxsize=256)
def _without_colour(style: Style) -> Style:
    plain = Style(
        bold=style.bold,
        dim=style.dim,
        italic=style.italic,
        underline=style.underline,
        reverse=style.reverse,
        strike=style.strike,
    )
    default = RichColor.default()
    return plain + Style(color=default, bgcolor=default)


class Colourless(LineFilter):
    """Takes every colour away. Textual's own filter makes greys of them, and black of the terminal's ground."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(text, _without_colour(style)) if style and not control else Segment(text, style, control)
            for text, style, control in segments
        ]
