"""What of an HTML mail nobody sees: hidden, shrunk to nothing, or written in the colour of its ground.

Style sheets are not read: what only a class says is taken for visible, so that nothing meant to be read is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from omni_tui.text.markup import Tag

_ZERO = r"\s*:\s*0(?![.\d]*[1-9])"
_HIDDEN = re.compile(
    rf"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|max-(?:height|width){_ZERO}"
    rf"|opacity{_ZERO}|text-indent\s*:\s*-\d{{3}}|clip\s*:\s*rect\(\s*0[^)]{{0,20}}\)",
    re.IGNORECASE,
)
_CLIPPED = re.compile(rf"(?:^|[;\s])(?:height|width){_ZERO}(?=.*overflow\s*:\s*hidden)", re.IGNORECASE | re.DOTALL)
_FONT_SIZE = re.compile(r"font-size\s*:\s*(0(?![.\d]*[1-9]))?", re.IGNORECASE)
_INK = re.compile(r"(?:^|[;\s])color\s*:\s*([^;!]{1,40})", re.IGNORECASE)
_GROUND = re.compile(r"(?:^|[;\s])background(-color|-image)?\s*:\s*([^;]{1,200})", re.IGNORECASE)
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})(?![0-9a-f])", re.IGNORECASE)
_RGB = re.compile(
    r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*(?:[,/]\s*([\d.]{1,6}))?", re.IGNORECASE
)
_NAMES = {"white": (255, 255, 255), "black": (0, 0, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240)}
_NEAR = 12
"""How far two colours may be from each other, per channel, and be one to the eye."""

Colour = tuple[int, int, int]
UNKNOWN: Colour = (-1, -1, -1)
WHITE: Colour = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks at one place: its colour, its ground, and whether it is seen at all.

    What nobody set is unknown, and only two known colours can be one; but paper is white.
    """

    ink: Colour = UNKNOWN
    ground: Colour = WHITE
    hidden: bool = False
    shrunk: bool = False

    @property
    def unseen(self) -> bool:
        """Whether nobody sees text here."""
        return self.hidden or self.shrunk or _alike(self.ink, self.ground)


def look_in(tag: Tag, outer: Look) -> Look:
    """How text looks inside ``tag``."""
    attributes = tag.attributes
    if not attributes:
        return outer
    style = attributes.get("style", "")
    ink, ground = outer.ink, outer.ground
    if "class" in attributes or "id" in attributes or "background" in attributes:
        # A style sheet may give it any ground.
        ground = UNKNOWN
    if bgcolor := attributes.get("bgcolor", ""):
        ground = _colour(bgcolor)
    if color := attributes.get("color", ""):
        ink = _colour(color)
    hidden, shrunk = outer.hidden or "hidden" in attributes, outer.shrunk
    if style:
        hidden = hidden or _HIDDEN.search(style) is not None or _CLIPPED.search(style) is not None
        if (size := _FONT_SIZE.search(style)) is not None:
            shrunk = size[1] is not None
        if "color" in style.lower() or "background" in style.lower():
            ink, ground = _styled(style, ink, ground)
    return outer if (ink, ground, hidden, shrunk) == _values(outer) else Look(ink, ground, hidden, shrunk)


def is_hidden(style: str) -> bool:
    """Whether a style hides its element."""
    return bool(style) and _HIDDEN.search(style) is not None


def _values(look: Look) -> tuple[Colour, Colour, bool, bool]:
    return look.ink, look.ground, look.hidden, look.shrunk


@lru_cache(maxsize=256)
def _styled(style: str, ink: Colour, ground: Colour) -> tuple[Colour, Colour]:
    if (found := _INK.search(style)) is not None:
        ink = _colour(found[1])
    for kind, value in _GROUND.findall(style):
        ground = (
            UNKNOWN if kind.lower() == "-image" or "url(" in value.lower() or "gradient" in value else _colour(value)
        )
    return ink, ground


def _colour(value: str) -> Colour:
    value = value.strip().lower()
    for name, colour in _NAMES.items():
        if value.startswith(name):
            return colour
    if (match := _HEX.search(value)) is not None:
        digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if (match := _RGB.search(value)) is not None and match[4] in (None, "1", "1.0"):
        return min(255, int(match[1])), min(255, int(match[2])), min(255, int(match[3]))
    return UNKNOWN


def _alike(ink: Colour, ground: Colour) -> bool:
    return UNKNOWN not in (ink, ground) and all(abs(a - b) <= _NEAR for a, b in zip(ink, ground, strict=True))
