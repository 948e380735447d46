"""What is written is found: on a real FTS5 table, for any script, and whatever a query consists of."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.segment import SINGLE, beginnings, fts5_term, index_tokens, index_words, query_terms

PAIRED = "退款申请订单号谢您好きょうはカタカナーがぱ환불주문서울ภาษาไทย𠀀𠮷豈〇々"
CJK = st.text(st.sampled_from(PAIRED), min_size=1, max_size=12)
WORDS = st.lists(
    st.sampled_from(["Refund", "SO-1042", "退款申请", "a@b.example", "Größe", "iPhone手机壳", "x"]), max_size=5
).map(" ".join)


TABLES = {
    "new": "CREATE VIRTUAL TABLE docs USING fts5(tokens, secret, tokenize='ascii')",
    "old": "CREATE VIRTUAL TABLE docs USING fts5(tokens, secret, tokenize='unicode61 remove_diacritics 0')",
}
"""As the store makes it, and as older versions made it."""


class Index:
    """One FTS5 table, with another column beside the one searched."""

    def __init__(self, table: str) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute(TABLES[table])

    def finds(self, text: str, query: str, *, exact: bool = False, prefix: bool = False) -> bool:
        self._db.execute("DELETE FROM docs")
        self._db.execute("INSERT INTO docs VALUES (?, 'topsecret')", (index_tokens(text),))
        match = " AND ".join(map(fts5_term, query_terms(query, exact=exact, prefix=prefix)))
        if not match:
            return False
        return bool(self._db.execute("SELECT 1 FROM docs WHERE docs MATCH ?", (match,)).fetchall())

    def close(self) -> None:
        self._db.close()


@pytest.fixture(scope="module", params=TABLES)
def index(request: pytest.FixtureRequest) -> Iterator[Index]:
    index = Index(request.param)
    yield index
    index.close()


def test_tokens() -> None:
    assert index_tokens("退款申请") == "退款 款申 申请 请 " + " ".join(SINGLE + character for character in "退款申请")
    assert index_tokens("退 x 退") == f"退 x 退 {SINGLE}退"
    assert index_tokens("SO-1042: Refunds, now!") == "so 1042 refund now"
    assert index_tokens("ＡＢＣ Ü ﬁ") == "abc u fi"


@given(st.text() | WORDS | st.text(st.characters(max_codepoint=0x24F)) | CJK)
def test_words_cut_with_their_tokens_are_those_found_among_them(text: str) -> None:
    tokens, words = index_words(text)
    assert tokens == index_tokens(text)
    assert words == beginnings(tokens)


@given(CJK, st.data())
def test_any_piece_of_unspaced_script_is_found(index: Index, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    piece = text[start:end]
    if query_terms(piece):
        assert index.finds(f"你好 {text} ok", piece)
        assert index.finds(f"你好 {text} ok", piece, exact=True)


@given(CJK, CJK)
def test_what_is_not_there_is_not_found(index: Index, text: str, query: str) -> None:
    folded = index_tokens(text).replace(" ", "")
    if query_terms(query) and index_tokens(query)[-1] not in folded:
        assert not index.finds(text, query)


@given(
    st.text(max_size=80) | st.text(st.sampled_from("\"'()*:^-+{}AND OR NOT NEAR退b.secret"), max_size=80),
    st.booleans(),
    st.booleans(),
)
def test_no_query_is_ever_syntax(index: Index, query: str, exact: bool, prefix: bool) -> None:
    index.finds("some text 退款", query, exact=exact, prefix=prefix)


@pytest.mark.parametrize(
    "query", ["secret:topsecret", "secret : topsecret", '"secret" : topsecret', "{secret}: topsecret"]
)
def test_a_query_cannot_name_a_column(index: Index, query: str) -> None:
    assert not index.finds("harmless", query)


@given(WORDS)
def test_every_text_finds_itself(index: Index, text: str) -> None:
    if query_terms(text):
        assert index.finds(text, text)
        assert index.finds(text, text, exact=True)
        assert index.finds(text, text, prefix=True)


@pytest.mark.parametrize("text", ["refund", "refunds", "refunded", "Refunding"])
@pytest.mark.parametrize("query", ["refund", "refunded", "REFUNDS"])
def test_word_forms_find_each_other(index: Index, text: str, query: str) -> None:
    assert index.finds(f"I want it {text} now", query)


@pytest.mark.parametrize("text", ["ship", "shipping", "shipped", "ships", "shipment"])
def test_a_prefix_finds_all_its_words(index: Index, text: str) -> None:
    assert index.finds(text, "ship", prefix=True)
    assert index.finds(text, "shi", prefix=True)


def test_a_word_half_typed_past_its_stem_is_found(index: Index) -> None:
    for length in range(3, len("shipping") + 1):
        assert index.finds("about shipping costs", "shipping"[:length], prefix=True)


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("order SO-1042 is late", "SO-1042", True),
        ("order SO-1042 is late", "1042", True),
        ("order SO 7, then 1042", "SO-1042", False),
        ("mail anna@shop.example today", "anna@shop.example", True),
        ("我的iPhone手机壳坏了", "iPhone手机", True),
        ("我的iPhone手机壳坏了", "机壳 iPhone", True),
        ("我要退款", "款退", False),
        ("Größe und Müller", "grosse muller", True),
        ("die Bestellungen kamen", "Bestellung", True),
        ("first refund then order", "refund order", True),
        ("first refund then order", "order parcel", False),
        ("ใช้บริการภาษาไทย", "ภาษา", True),
    ],
)
def test_finding(index: Index, text: str, query: str, found: bool) -> None:
    assert index.finds(text, query) is found


def test_exact_means_in_this_order(index: Index) -> None:
    assert index.finds("the red shoes", "red shoes", exact=True)
    assert not index.finds("shoes that are red", "red shoes", exact=True)


def test_queries_are_bounded(index: Index) -> None:
    assert not index.finds("x", "word " * 10_000)
    assert len(query_terms(" ".join(f"w{i}" for i in range(500)))) <= 32
    assert query_terms("!!! ... \u202e") == ()
