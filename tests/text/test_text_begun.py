"""What words with figures begin with has tokens of its own: whoever has the word has them, and nobody else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.segment import BEGUN, BEGUN_LENGTHS, beginnings, begun_by, begun_tokens, index_words

WORDS = st.text(st.sampled_from("soa712é"), min_size=1, max_size=9)
NUMBERS = st.from_regex(r"[a-z]{0,4}[0-9]{1,9}", fullmatch=True)


def test_the_beginnings_of_an_order_number() -> None:
    assert begun_tokens(["so", "7712034"]) == f"{BEGUN}7 {BEGUN}77 {BEGUN}771 {BEGUN}7712 {BEGUN}771203"
    assert begun_tokens(["so77"]) == f"{BEGUN}so7 {BEGUN}so77"
    assert begun_tokens(["lamp", "invoice7"]) == ""


def test_what_no_token_tells() -> None:
    assert begun_by("lamp") is None
    assert begun_by("invoice7") is None
    assert begun_by("77120") == (f"{BEGUN}7712", False)
    assert begun_by("so7") == (f"{BEGUN}so7", True)


@given(st.lists(WORDS | NUMBERS, max_size=5), NUMBERS)
def test_a_beginning_is_found_by_its_token(words: list[str], beginning: str) -> None:
    known = begun_by(beginning)
    assert known is not None
    token, alone = known
    having = any(word.startswith(beginning) for word in words)
    found = token in begun_tokens(words).split()
    assert found or not having
    if alone:
        assert found is having


@given(st.lists(NUMBERS, min_size=1, max_size=5))
def test_they_are_no_words_themselves(words: list[str]) -> None:
    tokens = begun_tokens(words)
    assert beginnings(tokens) == set()
    assert len(tokens.split()) <= len(words) * len(BEGUN_LENGTHS)


def test_the_same_words_give_the_same_tokens_in_any_order() -> None:
    words = index_words("SO-77120 of 2026-01-31, 49 151 000")[1]
    assert begun_tokens(sorted(words)) == begun_tokens(sorted(words, reverse=True))
    long = "9" * 500
    assert begun_tokens([long, "lamp"]) == begun_tokens([long]) == begun_tokens(["9" * 6])
