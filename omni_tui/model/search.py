"""What a search finds.

Flat rows, already joined, in raw outside text: the skin cleans what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.model.conversation import ConversationRow


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A conversation that matches, with the words around the first match.

    ``marks`` tells where in ``excerpt`` the words searched for begin and end, in characters.
    """

    row: ConversationRow
    excerpt: str
    marks: tuple[tuple[int, int], ...] = ()
