"""What there are sets of conversations for: tokens of the search, and the first characters of words."""

from __future__ import annotations

from collections.abc import Iterable

from omni_tui.text.segment import CUSTOMER, SENDER, beginnings

LONGEST = 4
"""Characters of a beginning that has a set of its own; a longer one has that of its first ones."""
ANY = "*"
"""Behind a beginning: no token has it."""


def mapped(tokens: str) -> set[str]:
    """The keys a document with these tokens, between spaces, counts for."""
    found = set(tokens.split())
    for word in beginnings(tokens):
        found.update(_begun(word))
    return found


def beginning(token: str) -> tuple[str, bool]:
    """The key for what begins so, and whether that is the very beginning, not a shorter one."""
    length = _length(token)
    return token[:length] + ANY, len(token) <= length


def _begun(word: str) -> Iterable[str]:
    marked = word[0] in _MARKS
    return [word[: marked + n] + ANY for n in range(1, min(LONGEST, len(word) - marked) + 1)]


def _length(token: str) -> int:
    return LONGEST + (token[0] in _MARKS)


_MARKS = (SENDER, CUSTOMER)
