"""PostgreSQL's ways through its index of words: span by span, all at once, one by one. Each finds what is there."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from support.postgres import Databases

from omni_tui.model.events import Beginnings
from omni_tui.model.ids import uuid7
from omni_tui.store import Store, gin, open_store, search_docs
from omni_tui.store.matching import Matcher
from omni_tui.store.words import AllOf, AnyOf, Words
from omni_tui.text.segment import SEG_VERSION, Term

HOUR = 3_600_000
DOCUMENTS = 900
# As they are indexed: their stems.
WORDS = {"daily": 1.0, "oft": 0.3, "sometim": 0.03, "seldom": 0.006}
LAMP, OFTEN, NEVER = Term(("lamp",)), Term(("oft",)), Term(("never",))
QUESTIONS: tuple[Words, ...] = (
    *(Term((word,)) for word in WORDS),
    LAMP,
    NEVER,
    Term(("campaign",)),
    Term(("som",), prefix=True),
    Term(("s",), prefix=True),
    Term(("daily", "oft")),
    AllOf((OFTEN, Term(("sometim",)))),
    AnyOf((LAMP, Term(("seldom",)))),
    Term(("so", "7"), prefix=True),
    Term(("7",), prefix=True),
    AllOf((OFTEN, Term(("som",), prefix=True))),
    AllOf((OFTEN, Term(("so", "71"), prefix=True))),
    AllOf((Term(("daily", "oft")), Term(("s",), prefix=True), Term(("so", "1"), prefix=True))),
    AnyOf((AllOf((LAMP, Term(("so", "1"), prefix=True))), Term(("daily", "som"), prefix=True))),
    AnyOf((LAMP, Term(("som",), prefix=True))),
)


@pytest.fixture(scope="module")
def filled(databases: Databases) -> Iterator[Store]:
    """Messages of three months, most of them in two weeks, each with a number; customers have the word "lamp" too."""
    url = databases.store()
    store = open_store(url)
    dice = random.Random(7)
    with store.write() as tx:
        tx.run("set_counter", name="segmentation", value=SEG_VERSION)
        for number in range(DOCUMENTS):
            at = (90 * 24 if number % 3 else 14 * 24) * HOUR * dice.random()
            words = [word for word, share in WORDS.items() if dice.random() < share]
            if at < 4 * 24 * HOUR:
                words += ["campaign"] if dice.random() < 0.5 else ["lamp"]
            # The first of each three is an order's, the others are another kind of number.
            words.append(f"so-{number}" if number % 3 == 0 else f"no-{number}")
            search_docs.put(tx, uuid7(), uuid7(), int(at) + 1_000_000, " ".join(words))
        for _ in range(20):
            id = uuid7()
            tx.run("insert_customer", id=id, name="Lamp", now=tx.now)
            search_docs.put_customer(tx, id)
    yield store
    store.close()
    databases.drop(url)


@pytest.fixture(params=["as it is", "few", "frequent", "beginnings", "beginnings of old words"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """So small a store takes one way by itself: with other thresholds it takes those of a large one."""
    if request.param != "as it is":
        monkeypatch.setattr(gin, "RARE", 10)
        monkeypatch.setattr(gin, "_SURE", 1 if request.param == "frequent" else 12)
        monkeypatch.setattr(gin, "_FEW", 500 if request.param == "few" else 1)
        monkeypatch.setattr(gin, "_SAMPLED", 50)
        monkeypatch.setattr(gin, "_LOOKED_AT", 40)
        monkeypatch.setattr(
            gin, "_MOST_LOOKED_AT", {"beginnings": 10_000, "beginnings of old words": 130}.get(request.param, 0)
        )


def every(store: Store, words: Words) -> list[int]:
    """The numbers of all documents with the words, looked at one by one, the newest first."""
    with store.read() as tx:
        values: dict[str, object] = {}
        condition = Matcher(tx, words).condition("w", values)
        rows = tx.query(f"SELECT s.doc_id FROM search_docs s WHERE {condition} ORDER BY s.doc_id DESC", values)
    return [row[0] for row in rows]


@pytest.mark.parametrize("words", QUESTIONS, ids=str)
@pytest.mark.parametrize("counted", [True, False])
def test_the_newest_are_the_newest_and_going_on_meets_no_gap(
    filled: Store, way: None, words: Words, counted: bool
) -> None:
    right = every(filled, words)
    for limit in (1, 7, 60, 5000):
        with filled.read() as tx:
            matcher = Matcher(tx, words)
            if counted:
                assert bool(matcher.number()) is bool(right)
            assert [row["doc_id"] for row in matcher.newest(limit)] == right[:limit]
            if len(right) > limit:
                below = right[limit - 1]
                assert [row["doc_id"] for row in matcher.newest(limit, below)] == right[limit : 2 * limit]


@pytest.mark.parametrize("words", QUESTIONS, ids=str)
def test_what_lies_between_two_numbers_is_counted_and_found(filled: Store, words: Words) -> None:
    right = every(filled, words)
    messages = [number for number in every(filled, Term(("daily",))) if number >= 0]
    for first, last in ((0, gin.TOP), (messages[600], messages[200]), (messages[5], messages[5])):
        wanted = [number for number in right if first <= number <= last]
        with filled.read() as tx:
            matcher = Matcher(tx, words)
            assert matcher.number_between(first, last, 10_000) == len(wanted)
            values: dict[str, object] = {}
            there = "(SELECT DISTINCT conversation_id AS id FROM search_docs)"
            having = matcher.near("b", values, first, last)
            ids = {row[0] for row in tx.query(f"SELECT v.id FROM {there} v WHERE {having}", values)}
            known = tx.query("SELECT doc_id, conversation_id FROM search_docs", {})
    # Those that lie elsewhere are found all the same.
    assert ids == {row[1] for row in known if row[0] in set(right)}


def test_customers_are_told_apart_from_messages_and_not_more_of_them_than_asked_for(filled: Store) -> None:
    with filled.read() as tx:
        values: dict[str, object] = {}
        matcher = Matcher(tx, LAMP)
        sql = matcher.customers("c", values, 20)
        assert sql and len(tx.query(sql, values)) == 20
        assert matcher.customers("c", {}, 19) is None
        assert Matcher(tx, OFTEN).customers("c", {}, 19) == ""


def test_a_beginning_is_walked_on_for_and_then_gathered(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No gap where one way takes over."""
    monkeypatch.setattr(gin, "_LOOKED_AT", 200)
    monkeypatch.setattr(gin, "_FEW", 1)
    some = Term(("s",), prefix=True)
    right = every(filled, some)
    for most in (250, 500, 10_000):
        monkeypatch.setattr(gin, "_MOST_LOOKED_AT", most)
        with filled.read() as tx:
            matcher = Matcher(tx, some)
            matcher.number()
            assert [row["doc_id"] for row in matcher.newest(len(right) + 5)] == right


def test_customers_are_counted_once_and_further_only_where_that_is_asked_for(filled: Store) -> None:
    lamps = Term(("\ue002lamp",))
    with filled.read() as tx:
        matcher = Matcher(tx, lamps)
        assert not matcher.of_messages
        assert matcher.number(7) == 7 and matcher.number() == 20
        assert matcher.customers("c", {}, 19) is None
        values: dict[str, object] = {}
        sql = matcher.customers("c", values, 20)
        assert sql and len(tx.query(sql, values)) == 20
        # Nobody has analysed so small a table, or all of its customers are lamps.
        assert matcher.having() == 1.0


def test_of_frequent_words_is_told_about_how_many_there_are(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gin, "_SAMPLED", 200)
    newest = every(filled, Term(("daily",)))
    with filled.read() as tx:
        matcher = Matcher(tx, OFTEN)
        assert matcher.number() > 0
        about = matcher.number_between(newest[400], gin.TOP, 10_000)
        exact = sum(number >= newest[400] for number in every(filled, OFTEN))
        assert exact / 2 < about < exact * 2
        assert matcher.number_between(newest[400], gin.TOP, 7) == 7


@pytest.mark.parametrize("words", QUESTIONS, ids=str)
def test_what_has_barred_words_is_left_out_by_the_index(filled: Store, way: None, words: Words) -> None:
    barred = set(every(filled, OFTEN))
    right = [number for number in every(filled, words) if number not in barred]
    with filled.read() as tx:
        matcher = Matcher(tx, words)
        matcher.lack([Matcher(tx, OFTEN), Matcher(tx, Term(("no",), prefix=True))])
        assert bool(matcher.number()) is bool(right)
        for limit in (5, 5000):
            assert [row["doc_id"] for row in matcher.newest(limit)] == right[:limit]


def test_how_many_there_are_is_told_by_some_spans_from_one_end_to_the_other(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gin, "_SAMPLED", 100)
    exact = sum(number >= 0 for number in every(filled, OFTEN))
    with filled.read() as tx:
        matcher = Matcher(tx, OFTEN)
        about = matcher.number_between(-gin.TOP, gin.TOP, 10_000)
        assert exact / 3 < about < exact * 3 and about != exact
        assert matcher.number_between(-gin.TOP, gin.TOP, 7) == 7


@pytest.mark.parametrize("words", [Term(("daily", "oft")), Term(("seld",), prefix=True)], ids=str)
def test_what_is_dear_to_find_is_found_once(filled: Store, monkeypatch: pytest.MonkeyPatch, words: Words) -> None:
    right = every(filled, words)
    monkeypatch.setattr(gin, "RARE", len(right))
    monkeypatch.setattr(gin, "_SURE", 1 << 30)
    monkeypatch.setattr(gin, "_FREQUENT", 2.0)
    with filled.read() as tx:
        matcher = Matcher(tx, words)
        assert matcher.number() == len(right)
        # What comes later is not asked for again: it is of no other answer than the first.
        monkeypatch.setattr(matcher._gin, "_query", None)
        assert [row["doc_id"] for row in matcher.newest(len(right) + 1)] == right
        assert [row["doc_id"] for row in matcher.newest(3, right[1])] == right[2:5]
        assert matcher.number_between(right[-1], right[0], 10_000) == len(right)


def test_what_has_figures_is_found_by_a_word_for_its_beginning(filled: Store) -> None:
    with filled.read() as tx:
        for number in (Term(("so", "7"), prefix=True), Term(("7",), prefix=True), Term(("so", "7123"), prefix=True)):
            matcher = Matcher(tx, number)
            assert matcher.ordered and not matcher.gathered


def test_a_beginning_beside_other_words_is_looked_for_at_their_documents_unless_few_have_it(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gin, "_FREQUENT", 0.03)
    with filled.read() as tx:
        frequent, rare = Term(("s",), prefix=True), Term(("seld",), prefix=True)
        for beginning, gathered in ((frequent, False), (rare, True)):
            matcher = Matcher(tx, AllOf((OFTEN, beginning)))
            assert matcher.number()
            assert matcher.gathered is gathered
        # Where there is nothing beside it there is nothing else to go by.
        alone = Matcher(tx, frequent)
        assert alone.number() and alone.gathered


def test_documents_of_an_older_segmentation_are_found_without_a_word_for_their_beginnings(database: str) -> None:
    store = open_store(database)
    with store.write() as tx:
        tx.run("set_counter", name="segmentation", value=2)
        for _ in range(3):
            search_docs.put_cut(tx, uuid7(), uuid7(), HOUR, "order so 712", Beginnings())
    for words in (Term(("so", "7"), prefix=True), AllOf((Term(("order",)), Term(("7",), prefix=True)))):
        with store.read() as tx:
            matcher = Matcher(tx, words)
            assert matcher.number() == 3 and len(matcher.newest(5)) == 3
    store.close()
