"""Words that go together come the same, the newest first, whether they were counted before or not."""

from __future__ import annotations

import pytest

from omni_tui.model.ids import uuid7
from omni_tui.store import Store, matching, search_docs
from omni_tui.store.matching import TOP, Matcher
from omni_tui.store.words import Words, all_of
from omni_tui.text.segment import Term

PHRASE = Term(("lamp", "chair"))
BOTH = all_of((Term(("lamp",)), Term(("stool",))))


@pytest.fixture
def filled(store: Store) -> Store:
    """Ten messages with the phrase, ten with both words; a customer with the phrase, below all messages."""
    with store.write() as tx:
        for number in range(30):
            words = ("a lamp chair", "stool and lamp", "chair lamp")[number % 3]
            search_docs.put(tx, f"{number}", uuid7(), 86_400_000 * (number + 1), words)
        search_docs.put_new_customer(tx, "customer", "Lamp Chair")
    return store


@pytest.mark.parametrize("telling", [4, 150])
@pytest.mark.parametrize(("words", "number"), [(PHRASE, 11), (BOTH, 10)])
def test_they_come_in_parts_once_they_are_counted(
    filled: Store, monkeypatch: pytest.MonkeyPatch, telling: int, words: Words, number: int
) -> None:
    monkeypatch.setattr(matching, "_TELLING", telling)
    with filled.read() as tx:
        plain = [tuple(row) for row in Matcher(tx, words).newest(100)]
        assert len(plain) == number
        counted = Matcher(tx, words)
        assert counted.number(12) == number
        parts, below = [], TOP
        while part := [tuple(row) for row in counted.newest(3, below)]:
            assert len(part) == min(3, number - len(parts))
            parts += part
            below = part[-1][0]
        assert parts == plain


def test_they_are_taken_for_frequent_by_a_part_of_them(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_TELLING", 2)
    monkeypatch.setattr(matching, "_RARE", {"sqlite": 5, "postgresql": 5})
    with filled.read() as tx:
        counted = Matcher(tx, BOTH)
        assert counted.number(6) == 6
        # Where so many are rare they are counted, to the last.
        monkeypatch.setattr(matching, "_RARE", {"sqlite": 50, "postgresql": 50})
        assert Matcher(tx, BOTH).number(51) == 10
