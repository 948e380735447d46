"""What a message is found by: one way to cut it, for whoever reads mail and for whoever stores it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from omni_tui.text.known_words import Stemmed, stems
from omni_tui.text.quotes import lead
from omni_tui.text.segment import SEG_VERSION, SENDER, all_tokens, marked_tokens

FINDABLE = 200_000
"""Characters of a text that can be found."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Segmentation; all tokens, and the author's marked ones, joined by spaces; the beginnings of both; and the text's
    first words.
    """

    version: int
    tokens: str
    sender: str
    beginnings: set[str]
    lead: str


def cut(
    subject: str,
    parties: Iterable[tuple[str, str]],
    files: Iterable[str],
    text: str,
    stems: Callable[[list[str]], Stemmed] = stems,
) -> Cut:
    """What a message is found by. ``parties`` are names and addresses, the author first.

    Its beginnings are the words that ``stems`` gives once, and those of the author.
    """
    people = [f"{name} {address}" for name, address in parties]
    tokens, words = all_tokens("\n".join((subject, " ".join(people), " ".join(files), text[:FINDABLE])), stems)
    sender = marked_tokens(SENDER, people[0]) if people else ""
    words.update(sender.split())  # what is marked is neither a pair nor a single character
    return Cut(SEG_VERSION, tokens, sender, words, lead(text))
