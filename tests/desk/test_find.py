"""The query language, the list's pages and search: Chinese from one character, and no text is ever syntax."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.shared import SHARED
from support.shop import DAY, MINUTE, Shop

from omni_tui.desk import drafts, inbox, search, triage
from omni_tui.desk.query import QueryError, parse
from omni_tui.model.conversation import ListKey
from omni_tui.model.count import Count
from omni_tui.model.enums import DraftMode
from omni_tui.model.query import After, And, Before, Field, Not, Or, Text


def test_the_language_is_read_as_written() -> None:
    day = 1_767_225_600_000  # 2026-01-01 UTC
    assert parse("", 0) == And(())
    assert parse('is:open -tag:vip "order 4417" ship*', 0) == And(
        (Field("is", ("open",)), Not(Field("tag", ("vip",))), Text("order 4417", exact=True), Text("ship", prefix=True))
    )
    assert parse("channel:a,b ref:#1042", 0) == And((Field("channel", ("a", "b")), Field("ref", ("1042",))))
    assert parse('customer:"Hoffmann, Lena",陈 tag:#Refund,ＶＩＰ is:OPEN', 0) == And(
        (Field("customer", ("Hoffmann, Lena", "陈")), Field("tag", ("refund", "vip")), Field("is", ("open",)))
    )
    assert (parse("after:today", day + 3600_000), parse("before:yesterday", day)) == (After(day), Before(day - DAY))
    assert parse("(a OR b) c", 0) == And((Or((Text("a"), Text("b"))), Text("c")))
    assert parse("before:2026-01-01", 0) == Before(day)
    assert parse("after:7d", 8 * DAY) == After(DAY)
    assert parse("https://shop.example/x 12:30", 0) == And((Text("https://shop.example/x"), Text("12:30")))


@pytest.mark.parametrize(
    ("query", "position", "hint"),
    [
        ("is:opne", 3, "is:open"),
        ("a asignee:me", 2, "assignee"),
        ("tag:", 4, ""),
        ("before:soon", 7, "7d"),
        ("(a b", 0, ""),
        ("a )", 2, ""),
        ("ref:abc", 4, "1042"),
        ("is:open,opne", 8, "is:open"),
        ("tag:x is:OPEN before:tomorow", 21, "7d"),
    ],
)
def test_errors_point_at_the_character(query: str, position: int, hint: str) -> None:
    with pytest.raises(QueryError) as error:
        parse(query, 0)
    assert error.value.position == position
    assert hint in error.value.hint


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(max_size=40))
def test_any_text_is_a_query_or_a_clear_error(shop: Shop, text: str) -> None:
    try:
        query = parse(text, 0)
    except QueryError as error:
        assert 0 <= error.position <= len(text)
        return
    inbox.count(shop.store, shop.agent, query)
    search.search(shop.store, shop.agent, query)


@pytest.mark.skipif(not SHARED.exists(), reason="needs the public corpora")
def test_naughty_strings_are_words_not_syntax(shop: Shop) -> None:
    for text in json.loads((SHARED / "corpora/naughty-strings.json").read_text("utf-8")):
        search.search(shop.store, shop.agent, Text(text))
        search.search(shop.store, shop.agent, Text(text, exact=True))


@pytest.mark.parametrize("words", ["退", "退款", "款申请", "退款申请", "shipping", "ship*", "发票", "lena", "4417"])
def test_words_are_found(shop: Shop, words: str) -> None:
    shop.receive("lena@post.example", "我要退款申请。Shipping to Oslo, order 4417", subject="发票")
    shop.receive("max@post.example", "nothing of the kind")
    hits = search.search(shop.store, shop.agent, parse(words, 0))
    assert [hit.row.address for hit in hits] == ["lena@post.example"]
    assert [row.address for row in inbox.page(shop.store, shop.agent, parse(words, 0))] == ["lena@post.example"]


def test_newest_match_first_whatever_the_order_of_arrival(shop: Shop) -> None:
    now = shop.now()
    shop.receive("a@x.example", "refund", receipt_at=now - DAY)
    shop.receive("b@x.example", "refund", receipt_at=now - 3 * DAY)
    shop.receive("c@x.example", "refund", receipt_at=now - 2 * DAY)
    hits = search.search(shop.store, shop.agent, parse("refund", 0))
    assert [hit.row.address[0] for hit in hits] == ["a", "c", "b"]


def test_the_excerpt_shows_the_hit(shop: Shop) -> None:
    shop.receive("a@x.example", "word " * 100 + "退款编号 7781 " + "tail " * 50)
    (hit,) = search.search(shop.store, shop.agent, parse("退款", 0))
    assert "退款编号 7781" in hit.excerpt
    assert len(hit.excerpt) < 200


def test_filters(shop: Shop) -> None:
    shop.receive("lena@post.example", subject="One")
    shop.receive("max@post.example", subject="Two")
    lena, max_ = shop.one("from:lena"), shop.one("customer:max@")
    triage.tag(shop.store, shop.agent, [lena.id], ["vip"])
    triage.take(shop.store, shop.agent, [max_.id])
    drafts.save(shop.store, shop.agent, lena.id, DraftMode.REPLY, "Dear")
    for query, expected in {
        "tag:vip": lena,
        "-tag:vip": max_,
        "assignee:me": max_,
        "assignee:ana": max_,
        "assignee:none": lena,
        "has:draft": lena,
        f"ref:{lena.ref}": lena,
        "kind:mail tag:vip": lena,
        "tag:vip OR tag:none": lena,
        "is:unread -assignee:none": max_,
    }.items():
        assert [row.id for row in shop.rows(query)] == [expected.id], query
    assert shop.one("tag:vip").own_draft
    assert len(shop.rows("channel:shop")) == 2
    assert shop.rows("channel:other has:attachment") == ()


@pytest.mark.parametrize("sort", ["activity", "waiting"])
def test_pages_by_key_meet_without_gap_or_overlap(shop: Shop, sort: str) -> None:
    now = shop.now()
    for n in range(23):
        shop.receive(f"c{n}@x.example", receipt_at=now - (n % 7) * MINUTE)
    query = parse("is:open", 0)
    whole = [row.id for row in shop.rows("is:open", sort)]
    assert len(set(whole)) == 23

    def pages(**key: ListKey) -> list[str]:
        found = inbox.page(shop.store, shop.agent, query, sort=sort, limit=5, **key)  # type: ignore[arg-type]
        if not found:
            return []
        ids = [row.id for row in found]
        if "before" in key:
            return pages(before=inbox.key_of(found[0], sort)) + ids  # type: ignore[arg-type]
        return ids + pages(after=inbox.key_of(found[-1], sort))  # type: ignore[arg-type]

    assert pages() == whole
    last = inbox.rows(shop.store, shop.agent, [whole[-1]])[0]
    assert [*pages(before=inbox.key_of(last, sort)), whole[-1]] == whole  # type: ignore[arg-type]
    offset = inbox.page(shop.store, shop.agent, query, sort=sort, offset=20)  # type: ignore[arg-type]
    assert [row.id for row in offset] == whole[20:]
    assert inbox.count(shop.store, shop.agent, query) == Count(23)
    assert inbox.count(shop.store, shop.agent, query, cap=10) == Count(10, more=True)
