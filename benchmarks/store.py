"""What an agent waits for on every key: a page of the list, a thread, a customer, the first results of a search."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from benchmarks import filling, questions, words
from benchmarks.figure import Figure, median, percentile, times_ms
from benchmarks.ground import Ground
from omni_tui.desk import agents, customers, inbox, search, thread, views
from omni_tui.desk.query import parse
from omni_tui.model.conversation import Agent, ListKey
from omni_tui.model.query import Query
from omni_tui.store import Store, open_store

PAGE_MS = 5
SEARCH_MS = 20
SEARCH_POSTGRESQL_MS = 60
RUNS = 40
MADE_UP = 250

SEARCHES = {
    "common word": "order",
    "rare word": words.RARE,
    "two words": "order refund",
    "beginning of a word": "refu*",
    "Chinese, 1 character": "退",
    "Chinese, 2 characters": "退款",
    "Chinese, 4 characters": "屏幕闪烁",
    "common word, open and mine": "order is:open assignee:me",
    "common word, snoozed": "order is:snoozed",
    "rare word, open": f"{words.RARE} is:open",
    "number of an order": "SO-77777",
    "beginning of a number": "so-7*",
    "a family name": "王",
    "whose and what": "customer:keller refund",
    "one without the other": "order -refund",
    "no such word": "qqqqzzzz",
}


def measure(ground: Ground) -> Iterator[Figure]:
    """Pages at the median, searches at the 95th percentile of their first page."""
    store = open_store(ground.location, create=False)
    limit = SEARCH_MS if store.dialect == "sqlite" else SEARCH_POSTGRESQL_MS
    try:
        agent = agents.who(store, "mia")
        for name, call in _pages(store, agent).items():
            found = times_ms(call, RUNS)
            yield Figure(name, median(found), "ms", PAGE_MS, f"p95 {percentile(found, 0.95):.2f}")
        for name, text in SEARCHES.items():
            query = _query(text)
            hits = len(search.search(store, agent, query))
            found = times_ms(partial(search.search, store, agent, query), RUNS)
            note = f"median {median(found):.2f}, {hits} hits"
            yield Figure(f"search: {name}", percentile(found, 0.95), "ms", limit, note)
            found = times_ms(partial(search.search, store, agent, query, sort="relevance"), RUNS)
            yield Figure(f"by relevance: {name}", percentile(found, 0.95), "ms", limit, f"median {median(found):.2f}")
            found = times_ms(partial(inbox.page, store, agent, query), RUNS)
            yield Figure(f"list narrowed: {name}", percentile(found, 0.95), "ms", limit, f"median {median(found):.2f}")
            rows = inbox.count(store, agent, query)
            found = times_ms(partial(inbox.count, store, agent, query), RUNS // 4)
            yield Figure(f"its count: {name}", median(found), "ms", None, f"{rows} rows")
        pages: dict[str, Callable[[Query], object]] = {
            "any search's first page": partial(search.search, store, agent),
            "the same by relevance": partial(search.search, store, agent, sort="relevance"),
            "any list's first page": partial(inbox.page, store, agent),
        }
        for name, ask in pages.items():
            first, found = _any_words(ask), _any_words(ask)
            # The first time pages come from the disk, or from the machine's memory if it has them: that is its figure.
            note = f"median {median(found):.2f}, {len(found)} words; the first time {percentile(first, 0.95):.1f}"
            yield Figure(name, percentile(found, 0.95), "ms", limit, note)
        yield _made_up(store, agent, limit)
        found = times_ms(lambda: views.counts(store, agent, views.BUILT_IN), RUNS // 4)
        note = f"p95 {percentile(found, 0.95):.1f}"
        yield Figure("counts of the views, 100,000 open", median(found), "ms", PAGE_MS, note)
    finally:
        store.close()


def _pages(store: Store, agent: Agent) -> dict[str, Callable[[], Any]]:
    deep, last = (_key(store, filling.conversation_id(number)) for number in (60_000, 99_000))
    pages: dict[str, Callable[[], Any]] = {
        "inbox, first page": lambda: inbox.page(store, agent, _query("is:open")),
        "inbox, page 1,200 by key": lambda: inbox.page(store, agent, _query("is:open"), after=deep),
        "inbox, page before a key": lambda: inbox.page(store, agent, _query("is:open"), before=last),
        "mine, first page": lambda: inbox.page(store, agent, _query("is:open assignee:me")),
        "unassigned, first page": lambda: inbox.page(store, agent, _query("is:open assignee:none")),
        "waiting longest, first page": lambda: inbox.page(store, agent, _query("is:open is:waiting"), sort="waiting"),
        "tag, first page": lambda: inbox.page(store, agent, _query("is:open tag:tag-3")),
        "urgent, first page": lambda: inbox.page(store, agent, _query("is:open priority:urgent")),
        "with a note, first page": lambda: inbox.page(store, agent, _query("is:open has:note")),
        "with a file, first page": lambda: inbox.page(store, agent, _query("is:open has:attachment")),
        "all, first page": lambda: inbox.page(store, agent, _query("")),
        "thread of 50": lambda: thread.open_thread(store, agent, filling.conversation_id(10)),
        "thread of 400, newest 50": lambda: thread.open_thread(store, agent, filling.conversation_id(30)),
        "customer with 1 conversation": lambda: customers.card(store, filling.customer_id(11)),
        "customer with 200 conversations": lambda: customers.card(store, filling.customer_id(filling.REGULAR)),
    }
    return pages


def _any_words(ask: Callable[[Query], object]) -> list[float]:
    """Milliseconds of one question each for words as they come in messages: common ones, and the long tail."""
    dice = random.Random(11)
    found = []
    for number in range(200):
        language = words.language(dice)
        text = words.sentence(dice, language, 12).rstrip(".。")
        asked = text[(at := dice.randrange(len(text) - 4)) : at + dice.randint(1, 4)] if language == "zh" else ""
        asked = asked or dice.choice(text.split())[: None if number % 3 else 4] + ("" if number % 3 else "*")
        query = _query(asked)
        began = time.perf_counter()
        ask(query)
        found.append((time.perf_counter() - began) * 1000)
    return found


def _made_up(store: Store, agent: Agent, limit: float) -> Figure:
    """Milliseconds of the first pages of questions nobody thought of, by each order there is; each is asked once."""
    dice, now = random.Random(20), int(time.time() * 1000)
    orders: dict[str, Callable[[Query], object]] = {
        "time": partial(search.search, store, agent),
        "relevance": partial(search.search, store, agent, sort="relevance"),
        "list": partial(inbox.page, store, agent),
        "waiting": partial(inbox.page, store, agent, sort="waiting"),
    }
    found = []
    for _ in range(MADE_UP):
        text = questions.made_up(dice)
        query = parse(text, now_ms=now)
        for name, ask in orders.items():
            began = time.perf_counter()
            ask(query)
            found.append(((time.perf_counter() - began) * 1000, f"{name}: {text}"))
    took = [ms for ms, _text in found]
    slowest, what = max(found)
    note = f"median {median(took):.2f}, {sum(ms > limit for ms in took)} of {len(took)} over, {slowest:.0f} for {what}"
    return Figure("any query, made up", percentile(took, 0.95), "ms", limit, note)


def _query(text: str) -> Query:
    return parse(text, now_ms=0)


def _key(store: Store, conversation_id: str) -> ListKey:
    (row,) = inbox.rows(store, Agent("", "", ""), [conversation_id])
    return inbox.key_of(row, "activity")
