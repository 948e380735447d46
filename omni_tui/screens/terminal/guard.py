"""The second layer against control characters: whatever slipped past ``text.clean`` stops here.

Textual forwards escape sequences in widget text to the terminal as they are (threats, section 0).
"""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# C0 and C1 controls, DEL, bidi embeddings, overrides and isolates, and the marks that steer direction.
_DANGEROUS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class Guard(LineFilter):
    """Replaces every control and bidi character in painted text by U+FFFD."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if not any(_DANGEROUS.search(text) for text, _, control in segments if not control):
            return segments
        return [
            segment if segment.control else Segment(_DANGEROUS.sub("\ufffd", segment.text), segment.style)
            for segment in segments
        ]
