"""What a search finds in a text is what is marked in it: stems, beginnings, folded letters, scripts without spaces."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.desk import excerpts
from omni_tui.desk.query import parse
from omni_tui.text.stem import stem

FORMS = st.sampled_from(
    ["Refund", "refunds", "refunding", "party", "Parties", "partied", "run", "running", "bus", "buses", "fries", "x"]
)


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("refund", "Refunds were refunded, no refunding", ["Refunds", "refunded", "refunding"]),
        ("company", "two companies, one company", ["companies", "company"]),
        ("order", "an orderly order", ["order"]),
        ("ship*", "shipment by ship", ["shipment", "ship"]),
        ("resume", "my résumé", ["résumé"]),
        ("退款", "请退款谢谢", ["退款"]),
        ("退", "请退款", ["退"]),
        ("屏幕闪烁", "屏幕在闪, 屏幕闪烁", ["屏幕闪烁"]),
        ("ＡＢＣ", "abc", ["abc"]),
        ("lamp -chair from:ana is:open", "ana has a lamp and a chair", ["lamp"]),
        ("lamp OR chair", "a lamp and a chair", ["lamp", "chair"]),
        ("is:open", "open", []),
    ],
)
def test_marks_are_what_the_search_finds(query: str, text: str, marked: list[str]) -> None:
    words = excerpts.wanted(parse(query, 0))
    assert [text[start:end] for start, end in excerpts.places(text, words)] == marked


@given(st.lists(FORMS, max_size=12).map(" ".join), st.lists(FORMS, min_size=1, max_size=2), st.booleans())
def test_a_word_is_marked_if_its_stem_is_asked_for_or_it_begins_so(text: str, asked: list[str], prefix: bool) -> None:
    words = excerpts.wanted(parse(" ".join(f"{word}*" if prefix else word for word in asked), 0))
    marked = excerpts.places(text, words)
    for word in re.finditer(r"[a-z]+", text, re.IGNORECASE):
        form = word.group().lower()
        stems = {token for term in words for token in (term.others if term.prefix else term.tokens)}
        begins = prefix and any(form.startswith(one.lower()) for one in asked)
        assert (word.span() in marked) is (stem(form) in stems or begins), word


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("y", "x y z", ["y"]),
        ("straße", "in der STRASSE, Straßen und Strassen", ["STRASSE", "Straßen", "Strassen"]),
        ("resume OR lamp", "a résumé, a lamp, lamps and Résumés", ["résumé", "lamp", "lamps", "Résumés"]),
        ("lamp", "climp, unlamp, lamp_lamp, Lämpchen, lamps", ["lamp", "lamp", "lamps"]),
        ("手机", "iPhone手机壳, 手机, lamp", ["手机", "手机"]),
        ("istanbul lamp", "LAMP in İstanbul, ISTANBUL", ["LAMP", "İstanbul", "ISTANBUL"]),
        ("kelvin ship", "ſhip 300 \u212aelvin", ["ſhip", "\u212aelvin"]),
        ("ﬁne*", "finer, ﬁnest", ["finer", "ﬁnest"]),
    ],
)
def test_hits_stand_from_left_to_right_whatever_their_letters(query: str, text: str, marked: list[str]) -> None:
    places = excerpts.places(text, excerpts.wanted(parse(query, 0)))
    assert [text[start:end] for start, end in places] == marked


@pytest.mark.parametrize(
    ("text", "shown", "marked"),
    [
        ("Ein Bär, " * 30 + "dann die Lampe", "dann die Lampe", "Lampe"),
        ("壳" * 200 + "，lampe", "壳" * 10 + "，lampe", "lampe"),
        ("Lämpe, " + "und dann " * 30 + "Lampe", "Lämpe, und dann", "Lämpe"),
    ],
)
def test_an_excerpt_begins_shortly_before_the_first_hit(text: str, shown: str, marked: str) -> None:
    found, marks = excerpts.excerpt(text, excerpts.spellings(excerpts.wanted(parse("lampe", 0))))
    assert found.startswith(shown)
    start, end = marks[0]
    assert found[start:end] == marked
