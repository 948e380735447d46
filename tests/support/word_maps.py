"""What the maps tell of a store's conversations, beside what their documents have."""

from __future__ import annotations

from typing import Any

import pytest

from omni_tui.model.address import Address
from omni_tui.model.ids import uuid7
from omni_tui.store import Store, Tx, Writer, search_docs
from omni_tui.store.maps import bits, tokens, upkeep
from omni_tui.store.maps.tokens import told_of
from support.shop import Shop

NAMES = ("Ann Smith", "Ben Smith", "Cleo Anders", "Ду́ша", "田中")
WORDS = ("shirt", "shipping", "shoes", "order so-7712", "order so-9", "refund order", "退款申请", "Größe", "thanks")


def maps_of_few(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> Shop:
    """The shop, with few conversations and changes taken for many."""
    for name, value in {"UNMAPPED": 2, "LASTING": 2, "TOGETHER": 3, "MANY": 5}.items():
        monkeypatch.setattr(upkeep, name, value)
    few_buckets(monkeypatch)
    return shop


def few_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs of words that fall together, as they do in a large store."""
    monkeypatch.setattr(tokens, "BUCKETS", 8)


def told(store: Store) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """By their numbers, which words the maps tell of the conversations they tell of, and which these have."""
    with store.read() as tx:
        words = {row[1]: row[0] for row in tx.query("SELECT word, number FROM search_map_words", {})}
        chosen = set(words.values())
        unmapped = {row[0] for row in tx.query("SELECT ref FROM search_unmapped", {})}
        have: dict[int, set[str]] = {}
        for ref, text in (*documents(tx, MESSAGES), *documents(tx, CUSTOMERS)):
            have.setdefault(ref, set()).update(told_of(text.split(), chosen))
        tell: dict[int, set[str]] = {}
        for place, stored in tx.query("SELECT place, bits FROM search_maps", {}):
            for ref in bits.unpacked(stored, place % (1 << 20)):
                tell.setdefault(ref, set()).add(words[place >> 20])
    refs = (have.keys() | tell.keys()) - unmapped
    return {ref: tell.get(ref, set()) for ref in refs}, {ref: have.get(ref, set()) for ref in refs}


MESSAGES = """SELECT v.ref, {} FROM conversations v JOIN search_docs d ON d.conversation_id = v.id
 WHERE d.kind = 'message'"""
CUSTOMERS = """SELECT v.ref, {} FROM conversations v JOIN customers c ON c.id = v.customer_id
  JOIN search_docs d ON d.entity_id = c.root_id WHERE d.kind = 'customer'"""


def documents(tx: Tx, asked: str) -> list[tuple[int, str]]:
    """The tokens of each document in their order, by the number of its conversation."""
    in_order = "d.tokens" if tx.dialect == "sqlite" else _IN_ORDER
    return [(row[0], row[1]) for row in tx.query(asked.format(in_order), {})]


_IN_ORDER = """array_to_string(ARRAY(
  SELECT u.lexeme FROM unnest(d.tokens) u CROSS JOIN unnest(u.positions) p ORDER BY p), ' ')"""


def holds(store: Store) -> bool:
    """Whether the maps are said to hold; they must then."""
    with store.read() as tx:
        ready = bool(tx.value("counter", name="maps_ready"))
    if ready:
        tell, have = told(store)
        assert tell == have
    return ready


def whole(store: Store) -> None:
    """All that there is has maps, and they are right."""
    upkeep.build(store)
    assert holds(store)
    with store.read() as tx:
        words = {row[0] for row in tx.query("SELECT word FROM search_map_words", {})}
        left = {row[0] % 2 for row in tx.query("SELECT lasting FROM search_unmapped", {})}
        assert left <= {0, 1}
    assert words or not told(store)[1]


def add(tx: Writer) -> None:
    for row in tx.query("SELECT id FROM conversations", {}):
        search_docs.put(tx, f"more-{uuid7()}", row[0], tx.now, "thanks for the shoes")


def shopful(shop: Shop) -> None:
    for n in range(24):
        number = n % len(NAMES)
        text = f"{WORDS[number]} {WORDS[(n * 7) % len(WORDS)]}"
        shop.receive(Address(f"c{number}@post.example", NAMES[number]), text)


def stored(store: Store) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    with store.read() as tx:
        words = [tuple(row) for row in tx.query("SELECT word, number FROM search_map_words ORDER BY word", {})]
        maps = tx.query("SELECT place, bits FROM search_maps ORDER BY place", {})
        return words, [(row[0], bytes(row[1])) for row in maps]
