"""The tokens of a ``tsvector`` in the order of their positions, as PostgreSQL sees what follows on what."""

from __future__ import annotations

from collections import defaultdict

from omni_tui.store.maps.tokens import BREAK


def in_order(stored: str) -> str:
    """Tokens joined by spaces, from the text of a ``tsvector``.

    :data:`BREAK` stands where a position is nobody's, as those beyond the 255 of one token are. Where several tokens
    have one position, as in a text of more tokens than there are positions, every pair that stands together is there.
    """
    entries = [entry.rpartition(":") for entry in stored.replace("'", "").split()]
    places = [(int(place), token) for token, _colon, at in entries for place in at.split(",")]
    row = [BREAK] * max([place for place, _token in places], default=0)
    for place, token in places:
        row[place - 1] = token
    if len(row) - row.count(BREAK) == len(places):
        return " ".join(row)
    return _all_pairs(places)


def _all_pairs(places: list[tuple[int, str]]) -> str:
    at: dict[int, list[str]] = defaultdict(list)
    for place, token in places:
        at[place].append(token)
    found = []
    for place, tokens in list(at.items()):
        following = at.get(place + 1, [BREAK])
        found += [word for first in tokens for second in following for word in (first, second, BREAK)]
    return " ".join(found)
