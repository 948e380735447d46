"""Text as lines of a tab."""

from __future__ import annotations

from omni_tui.screens.draw.ink import Line, Span
from omni_tui.text.cells import wrap


def wrapped(text: str, width: int, ink: str) -> list[Line]:
    """``text`` in lines of ``width`` cells, 8 at least."""
    return [(Span(line, ink),) if line else () for line in wrap(text, max(8, width))]
