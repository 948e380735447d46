"""What a search finds in a text is what is marked in it: stems, beginnings, folded letters, scripts without spaces."""

from __future__ import annotations

import pytest

from omni_tui.desk import excerpts
from omni_tui.desk.query import parse


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
