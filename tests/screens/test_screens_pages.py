"""A list of pages keeps places right while rows come, change and go."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from support.inbox import elsewhere, inbox
from support.shop import DAY, MINUTE, Shop

from omni_tui.model.conversation import ConversationRow
from omni_tui.model.count import Count
from omni_tui.model.enums import Direction, Status
from omni_tui.model.events import Received
from omni_tui.screens.list.pages import PAGE, Pages
from omni_tui.screens.list.source import grown


def row(number: int) -> ConversationRow:
    return ConversationRow(
        id=f"c{number}",
        ref=number,
        customer_id="",
        customer="",
        address="",
        subject="",
        snippet="",
        status=Status.OPEN,
        channel="",
        kind="mail",
        unread=False,
        bulk=False,
        assignee=None,
        tags=(),
        last_at=0,
        last_direction=Direction.INBOUND,
        waiting_since=None,
        snoozed_until=None,
        outbox=None,
        draft=False,
        own_draft=False,
    )


@given(st.integers(1, 180), st.sets(st.integers(0, 179), max_size=70))
def test_removing_moves_later_rows_up(count: int, gone: set[int]) -> None:
    pages = Pages()
    pages.clear(Count(count))
    pages.put(0, [row(n) for n in range(count)])
    pages.remove({f"c{n}" for n in gone})
    left = [n for n in range(count) if n not in gone]
    assert pages.count == len(left)
    assert [found.ref for n in range(pages.count) if (found := pages.get(n)) is not None] == left


def test_after_a_removal_a_page_that_is_not_whole_is_asked_for_again() -> None:
    pages = Pages()
    pages.clear(Count(10 * PAGE))
    pages.put(0, [row(n) for n in range(PAGE)])
    pages.remove(["c3"])
    assert pages.get(PAGE - 1) is None
    assert pages.missing(0, PAGE - 1) == [0]


def test_changing_a_row_returns_what_was_there() -> None:
    pages = Pages()
    pages.clear(Count(2))
    pages.put(0, [row(0), row(1)])
    old = pages.change(["c1"], lambda found: replace(found, subject="new"))
    assert old == {"c1": row(1)}
    changed = pages.get(1)
    assert changed is not None and changed.subject == "new"


def test_few_pages_are_kept() -> None:
    pages = Pages()
    pages.clear(Count(100 * PAGE))
    for number in range(100):
        pages.put(number * PAGE, [row(number * PAGE + n) for n in range(PAGE)])
    assert pages.get(0) is None
    assert pages.get(99 * PAGE) is not None


def test_a_list_whose_end_was_not_counted_grows_as_it_is_read() -> None:
    assert grown(Count(60, more=True), 0, PAGE + 1) == Count(60, more=True)
    assert grown(Count(60, more=True), PAGE, PAGE + 1) == Count(2 * PAGE + 1, more=True)
    assert grown(Count(2 * PAGE + 1, more=True), 2 * PAGE, 7) == Count(2 * PAGE + 7)
    assert grown(Count(80), PAGE, 30) == Count(80)


async def test_the_cursor_stays_on_its_row_whatever_comes_for_the_places_above(shop: Shop) -> None:
    """Rows that were read before an action was stored come after it was painted: no key may act on another row."""
    start = shop.now() - DAY
    letters = [shop.mail(f"c{n}@post.example", subject=f"Case {n}", receipt_at=start - n * MINUTE) for n in range(120)]
    elsewhere(lambda: shop.take(*map(Received, letters)))
    async with inbox(shop) as running:
        parts = running.screen.parts
        await running.until(lambda: parts.list.pages.total.number == 123)
        await running.press("1", "0", "j")
        await running.until(lambda: parts.list.cursor == 10)
        gone = parts.list.pages.get(3)
        assert gone is not None
        parts.list.pages.remove([gone.id])
        assert parts.list.pages.missing(0, 20)
        row = parts.list.current
        await parts.rows.load_wanted()
        assert row is not None and parts.list.current is not None
        assert parts.list.current.id == row.id
