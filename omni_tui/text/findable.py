"""What a message is found by: one way to cut it, for whoever reads mail and for whoever stores it."""

from __future__ import annotations

from collections.abc import Iterable

from omni_tui.text.quotes import lead
from omni_tui.text.segment import SEG_VERSION, SENDER, all_tokens, marked_tokens

FINDABLE = 200_000
"""Characters of a text that can be found."""


def cut(
    subject: str, parties: Iterable[tuple[str, str]], files: Iterable[str], text: str
) -> tuple[int, str, str, str, str]:
    """Segmentation, all tokens, the author's marked tokens, the beginnings of both, and the text's first words.

    Tokens are joined by spaces. ``parties`` are names and addresses, the author first.
    """
    people = [f"{name} {address}" for name, address in parties]
    tokens, words = all_tokens("\n".join((subject, " ".join(people), " ".join(files), text[:FINDABLE])))
    sender = marked_tokens(SENDER, people[0]) if people else ""
    words.update(sender.split())  # what is marked is neither a pair nor a single character
    return SEG_VERSION, tokens, sender, " ".join(words), lead(text)
