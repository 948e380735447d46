"""A file's preview as lines of the sheet: its facts, its text, or its picture in half blocks."""

from __future__ import annotations

from omni_tui.screens.draw.ink import BLANK, Line, Span
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.preview.model import Picture, Preview

_UPPER_HALF = "\u2580"
_SHADES = " .:-=+*#%@"
_FINE = 0xF8
"""Bits of a colour that are kept: neighbours that look alike become one run, for a fraction of the bytes."""


def preview_lines(preview: Preview, width: int, *, coloured: bool) -> list[Line]:
    """What the sheet shows. Long prose is wrapped to ``width``; without colours a picture is drawn in shades."""
    lines: list[Line] = []
    if preview.facts:
        lines.append((Span(clean_line(preview.facts), "muted"),))
    if preview.remark:
        lines += [(Span(line, "caution"),) for line in wrap(clean(preview.remark), width)]
    if preview.picture is not None:
        return [*lines, BLANK, *_picture(preview.picture, coloured)]
    if preview.lines:
        lines.append(BLANK)
    text = clean("\n".join(preview.lines))
    shown = wrap(text, width) if preview.prose else text.split("\n")
    return [*lines, *((Span(line),) if line else BLANK for line in shown)] if text.strip() else lines


def _picture(picture: Picture, coloured: bool) -> list[Line]:
    return [
        _coloured_row(picture, y) if coloured else _shaded_row(picture, y) for y in range(0, max(0, picture.rows), 2)
    ]


def _coloured_row(picture: Picture, y: int) -> Line:
    """Two rows of dots in one of cells: the upper is ink, the lower ground."""
    spans: list[Span] = []
    for x in range(picture.columns):
        upper, lower = _dot(picture, x, y), _dot(picture, x, y + 1)
        ink = f"#{_hex(upper)}/#{_hex(lower)}" if lower else f"#{_hex(upper)}"
        if spans and spans[-1].ink == ink:
            spans[-1] = Span(spans[-1].text + _UPPER_HALF, ink)
        else:
            spans.append(Span(_UPPER_HALF, ink))
    return tuple(spans)


def _shaded_row(picture: Picture, y: int) -> Line:
    text = "".join(
        _SHADES[_light((*_dot(picture, x, y), *_dot(picture, x, y + 1))) * (len(_SHADES) - 1) // 255]
        for x in range(picture.columns)
    )
    return (Span(text),)


def _dot(picture: Picture, x: int, y: int) -> tuple[int, ...]:
    """Red, green and blue; nothing below the last row."""
    at = (y * picture.columns + x) * 3
    return tuple(picture.dots[at : at + 3])


def _hex(dot: tuple[int, ...]) -> str:
    return "".join(f"{value & _FINE:02x}" for value in dot)


def _light(values: tuple[int, ...]) -> int:
    return sum(values) // max(1, len(values))
