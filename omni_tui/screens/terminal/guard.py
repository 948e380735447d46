"""The second layer against control characters: whatever slipped past ``text.clean`` stops here.

Textual forwards escape sequences in widget text to the terminal as they are (threats, section 0).
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from omni_tui.screens.terminal.controls import has_controls, without_controls


class Guard(LineFilter):
    """Replaces every control and bidi character in painted text by U+FFFD."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if not any(has_controls(text) for text, _, control in segments if not control):
            return segments
        return [
            segment if segment.control else Segment(without_controls(segment.text), segment.style)
            for segment in segments
        ]
