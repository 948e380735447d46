"""What must never reach the terminal as part of a text, and what is shown in its place."""

from __future__ import annotations

import re

# C0 and C1 controls, DEL, bidi embeddings, overrides and isolates, and the marks that steer direction.
_DANGEROUS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def has_controls(text: str) -> bool:
    """Whether a control or bidi character stands in the text."""
    return _DANGEROUS.search(text) is not None


def without_controls(text: str) -> str:
    """The text with U+FFFD for each of them."""
    return _DANGEROUS.sub("\ufffd", text)
