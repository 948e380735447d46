"""Whether two conversations of old mail are one.

Old mail comes in any order: newest first, and from several folders at once. What is together must not hang on that, so
the rule asks only what the messages say, never which was there before:

- a message that mentions another is together with it, if whoever may join by it takes part where that one is;
- two that mention the same third, or have the same name, are together, if whoever may join by one corresponds where the
  other is: wrote there, or was written to by us. Being copied is not enough.

Both only ever bring more together as messages come: in the end it is the same, whatever came first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from omni_tui.desk.identity import normalised
from omni_tui.store import Row, Tx
from omni_tui.store.messages import addresses


@dataclass(frozen=True, slots=True)
class Letter:
    """A message: the normalised addresses that may join by it, the names it has, and those it mentions."""

    joining: frozenset[str]
    own: frozenset[str]
    mentioned: frozenset[str]


@dataclass(frozen=True, slots=True)
class Side:
    """A conversation: its messages, and the normalised addresses that take part."""

    letters: tuple[Letter, ...]
    taking_part: frozenset[str]


def bound(one: Side, other: Side) -> bool:
    """Whether they are one conversation."""
    return _mentions(one, other) or _mentions(other, one) or _alike(one, other) or _alike(other, one)


def side(tx: Tx, channel_id: str, id: str) -> Side:
    """A conversation as the store has it, with the names its messages have in a channel."""
    letters, names, people = tx.together(
        ("letters_in", {"id": id}), ("names_in", {"id": id, "channel_id": channel_id}), ("participants", {"id": id})
    )
    taking_part = frozenset([row["address"] for row in people])
    own: dict[str, set[str]] = {}
    mentioned: dict[str, set[str]] = {}
    for row in names:
        (own if row["own"] else mentioned).setdefault(row["message_id"], set()).add(row["reply_key"])
    return Side(
        tuple(
            Letter(
                # Whoever is one of us takes no part.
                frozenset(_joining(row)) & taking_part,
                frozenset(own.get(row["id"], ())),
                frozenset(mentioned.get(row["id"], ())),
            )
            for row in letters
        ),
        taking_part,
    )


def _joining(row: Row) -> Iterable[str]:
    kind = row["kind"] or ""
    if row["direction"] == "outbound":
        to = (*addresses(row["parties"], "to"), *addresses(row["parties"], "cc"))
        return [normalised(kind, each.address)[1] for each in to]
    author = normalised(kind, row["from_address"])[1]
    # Whom one of us says to pass on has not written this.
    passed_on = any(True for _each in addresses(row["parties"], "forwarded"))
    return [author] if passed_on or not row["value_norm"] else [author, row["value_norm"]]


def _mentions(one: Side, other: Side) -> bool:
    own = frozenset().union(*(letter.own for letter in other.letters))
    return any(letter.joining & other.taking_part and letter.mentioned & own for letter in one.letters)


def _alike(one: Side, other: Side) -> bool:
    correspond, own, mentioned = (
        frozenset().union(*(getattr(letter, name) for letter in other.letters))
        for name in ("joining", "own", "mentioned")
    )
    return any(
        letter.joining & correspond and (letter.own & own or letter.mentioned & mentioned) for letter in one.letters
    )
