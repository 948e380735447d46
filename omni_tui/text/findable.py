"""What a message is found by: one way to cut it, for whoever reads mail and for whoever stores it."""

from __future__ import annotations

from collections.abc import Iterable

from omni_tui.text.segment import SEG_VERSION, SENDER, beginnings, index_tokens, marked_tokens

FINDABLE = 200_000
"""Characters of a text that can be found."""


def cut(subject: str, parties: Iterable[tuple[str, str]], files: Iterable[str], text: str) -> tuple[int, str, str, str]:
    """Segmentation, all tokens, the author's marked tokens, and the beginnings of both; each joined by spaces.

    ``parties`` are names and addresses, the author first.
    """
    people = [f"{name} {address}" for name, address in parties]
    tokens = index_tokens("\n".join((subject, " ".join(people), " ".join(files), text[:FINDABLE])))
    sender = marked_tokens(SENDER, people[0]) if people else ""
    return SEG_VERSION, tokens, sender, " ".join(beginnings(tokens) | beginnings(sender))
