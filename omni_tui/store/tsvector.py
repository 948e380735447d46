"""Tokens and questions as PostgreSQL's full-text search takes them: literals, read by no parser or dictionary.

Limits: https://www.postgresql.org/docs/15/textsearch-limitations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_tui.text.segment import Term  # most lists are asked for without words

LAST_POSITION = 16383
MOST_POSITIONS = 255
"""Positions of one lexeme."""
LONGEST_BYTES = 2046
"""Of one lexeme."""
MOST_BYTES = 1 << 20
"""Of one document, its positions included."""
_SHORT = MOST_BYTES // 12
"""Characters: of no more than four bytes each, and seldom more than eight bytes of places for one of them."""
_SHORT_TOKEN = LONGEST_BYTES // 4
_ENOUGH = LONGEST_BYTES + MOST_POSITIONS * 6
"""Characters of a lexeme with as many positions as there may be; PostgreSQL leaves out those beyond."""


def literal(tokens: str) -> str:
    """The ``tsvector`` of tokens joined by spaces.

    Positions begin anew behind the last one there may be: what stands together is found in a text of any length, and
    only a phrase across that place is not. Words behind the size that a document may have are left out.
    """
    words = tokens.split()
    if len(words) <= LAST_POSITION and len(tokens) < _SHORT and "'" not in tokens and "\\" not in tokens:
        return _plain(words)
    places: dict[str, list[int]] = {}
    size = 0
    for n, token in enumerate(words):
        found = places.get(token)
        if found is None:
            cost = len(token.encode()) + 6
            if size + cost > MOST_BYTES:
                break
            size += cost
            found = places[token] = []
        if len(found) < MOST_POSITIONS and size + 2 <= MOST_BYTES:
            size += 2
            found.append(n % LAST_POSITION + 1)
    return " ".join(f"{_quoted(token)}:{','.join(map(str, sorted(set(at))))}" for token, at in places.items())


def _plain(words: list[str]) -> str:
    """The same for what keeps to every limit but that of one word's length and positions."""
    places: dict[str, str] = {}
    for n, token in enumerate(words, 1):
        before = places.get(token)
        if before is None:
            places[token] = f"'{token if len(token) < _SHORT_TOKEN else _cut(token)}':{n}"
        elif len(before) < _ENOUGH:
            places[token] = f"{before},{n}"
    return " ".join(places.values())


def of_term(term: Term) -> str:
    """Tokens that follow one another; the last may go on, or be one of the others."""
    head = [_quoted(token) for token in term.tokens[:-1]]
    last = _quoted(term.tokens[-1]) + (":*" if term.prefix else "")
    if term.others:
        last = "(" + " | ".join((last, *map(_quoted, term.others))) + ")"
    return "(" + " <-> ".join((*head, last)) + ")"


def _cut(token: str) -> str:
    whole = token.encode()
    return whole[:LONGEST_BYTES].decode(errors="ignore") if len(whole) > LONGEST_BYTES else token


def _quoted(token: str) -> str:
    token = _cut(token)
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
