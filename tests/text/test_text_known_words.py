"""What is remembered of words changes no token, however much of it there is, and is let go in time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text import known_words
from omni_tui.text.findable import cut
from omni_tui.text.known_words import Vocabulary
from omni_tui.text.segment import all_tokens, begun_tokens, index_words
from omni_tui.text.stem import stemmed

WORDS = st.text(st.sampled_from("edginst7ü"), min_size=1, max_size=7)


@given(st.lists(WORDS, max_size=30))
def test_a_text_is_cut_into_the_stems_of_its_words_and_the_beginnings_of_its_numbers(words: list[str]) -> None:
    tokens, kinds = all_tokens(" ".join(words))
    folded = [stemmed(word.replace("ü", "u")) for word in words]
    assert tokens == " ".join([*folded, *begun_tokens(folded).split()])
    assert kinds == set(folded)


@given(st.text(st.sampled_from("so7 退款é-\n"), max_size=40))
def test_all_tokens_are_those_of_the_index_and_the_beginnings(text: str) -> None:
    tokens, words = index_words(text)
    assert all_tokens(text) == (f"{tokens} {begun_tokens(words)}".strip(), words)


def test_a_long_number_has_its_beginnings_each_time() -> None:
    number = "7" * 300
    first = all_tokens(f"order {number}")
    assert first == all_tokens(f"order {number}")
    assert first[0].split() == ["order", number, *begun_tokens([number]).split()]


def test_what_is_remembered_stays_within_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_words, "MOST_WORDS", 50)
    monkeypatch.setattr(known_words, "MOST_CHARACTERS", 2_000)
    monkeypatch.setattr(known_words, "_known", known_words._Known())
    for number in range(200):
        assert all_tokens(f"lamps SO{number}")[0].startswith(f"lamp so{number} ")
        all_tokens("x" * number)
        assert len(known_words._known) <= 50 + 3
        assert known_words._known.characters <= 2_000 + 200 + 10


@given(st.lists(st.lists(WORDS, max_size=12), max_size=8))
def test_what_was_told_before_changes_no_token_and_is_not_told_again(texts: list[list[str]]) -> None:
    vocabulary = Vocabulary()
    told: set[str] = set()
    for words in texts:
        text = " ".join(words)
        tokens, new = all_tokens(text, vocabulary.stems)
        plain, kinds = all_tokens(text)
        assert tokens == plain
        assert vocabulary.tell(new) == kinds - told
        told |= kinds


def test_what_the_author_is_called_is_told_once() -> None:
    vocabulary = Vocabulary()
    first, second = (cut("Lamps", [("Ana", "ana7@shop.test")], [], "A lamp", vocabulary.stems) for _time in range(2))
    assert first.tokens == second.tokens and first.sender == second.sender
    assert vocabulary.tell(first.beginnings) >= {"lamp", "ana7", *first.sender.split()}
    assert vocabulary.tell(second.beginnings) == set()


def test_a_vocabulary_that_forgot_tells_all_again() -> None:
    vocabulary = Vocabulary()
    for _time in range(2):
        assert vocabulary.is_new()
        tokens, new = all_tokens("refunds for SO77120", vocabulary.stems)
        assert vocabulary.tell(new) == {"refund", "for", "so77120"}
        assert tokens.split()[3:] == begun_tokens(["so77120"]).split()
        assert not vocabulary.is_new()
        vocabulary.forget()


@pytest.mark.parametrize("words", [["refund", "refunds", "refunded"], ["so7", "so8", "so9"]])
def test_a_vocabulary_knows_when_it_holds_too_many_words(words: list[str]) -> None:
    vocabulary = Vocabulary()
    vocabulary.tell(all_tokens(" ".join(words), vocabulary.stems)[1])
    assert vocabulary.is_beyond(2) and not vocabulary.is_beyond(3)


def test_a_vocabulary_knows_when_its_words_are_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_words, "MOST_CHARACTERS", 100)
    vocabulary = Vocabulary()
    vocabulary.tell(all_tokens("x" * 100, vocabulary.stems)[1])
    assert not vocabulary.is_beyond(1000)
    vocabulary.tell(all_tokens("y", vocabulary.stems)[1])
    assert vocabulary.is_beyond(1000)
