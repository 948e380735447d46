"""What changes while the maps are made is not lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.shop import Shop
from support.word_maps import NAMES, WORDS, add, holds, maps_of_few, shopful, stored, whole

from omni_tui.model.address import Address
from omni_tui.store import Store, Tx, Writer, search_docs
from omni_tui.store.maps import upkeep
from omni_tui.store.maps.upkeep import Upkeep


@pytest.fixture
def shop(tmp_path: Path, location: Path | str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """On both engines, with maps for few conversations and changes."""
    made = maps_of_few(monkeypatch, Shop(tmp_path / "store", location))
    yield made
    made.store.close()


def _run(sql: str) -> Callable[[Writer], None]:
    return lambda tx: tx.execute_many(sql, [{}])


def _documents(tx: Tx, kind: str) -> list[str]:
    return [row[0] for row in tx.query("SELECT entity_id FROM search_docs WHERE kind = :kind", {"kind": kind})]


def _drop_messages(tx: Writer) -> None:
    for id in _documents(tx, "message"):
        search_docs.drop(tx, id)


def _drop_customers(tx: Writer) -> None:
    for id in _documents(tx, "customer"):
        search_docs.drop_customer(tx, id)


def _rename(tx: Writer) -> None:
    for id in _documents(tx, "customer"):
        tx.run("set_customer_name", id=id, value="Thanks Refund", now=tx.now)
        search_docs.put_customer_again(tx, id)


def _name(tx: Writer) -> None:
    """Those who have no document yet."""
    _run("DELETE FROM search_docs WHERE kind = 'customer'")(tx)
    for row in tx.query("SELECT id FROM customers", {}):
        search_docs.put_customer(tx, row[0])


def _begin(tx: Writer) -> None:
    """One of a customer with words, and none of its own."""
    row = tx.query("SELECT v.*, (SELECT max(ref) FROM conversations) AS last FROM conversations v", {})[0]
    named = ("customer_id", "channel_id", "subject", "status", "bulk", "settled", "last_at", "last_direction")
    values = {name: row[name] for name in named}
    tx.run("insert_conversation", id="begun", ref=row["last"] + 1, related_id=None, now=tx.now, **values)


def _other_tokens(kind: str) -> Callable[[Writer], None]:
    def others(tx: Writer) -> None:
        for row in tx.query("SELECT doc_id FROM search_docs WHERE kind = :kind", {"kind": kind}):
            tx.run("set_search_doc", doc_id=row[0], tokens="", seg_version=3)

    return others


_FIRST, _LAST = (f"(SELECT {which}(id) FROM conversations)" for which in ("min", "max"))
CHANGES: dict[str, Callable[[Writer], None]] = {
    "words more": add,
    "a conversation more": _begin,
    "messages no longer found": _drop_messages,
    "customers no longer found": _drop_customers,
    "customers renamed": _rename,
    "customers found again": _name,
    "messages of other words": _other_tokens("message"),
    "customers of other words": _other_tokens("customer"),
    "a conversation gone": _run(f"DELETE FROM conversations WHERE id = {_LAST}"),
    "messages elsewhere": _run(
        f"UPDATE search_docs SET conversation_id = {_FIRST} WHERE conversation_id = {_LAST} AND kind = 'message'"
    ),
    "customers as one": _run("UPDATE customers SET root_id = (SELECT max(id) FROM customers)"),
    "of another customer": _run("UPDATE conversations SET customer_id = (SELECT max(id) FROM customers)"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("anew", [False, True], ids=["taken in", "made anew"])
def test_what_changes_while_it_is_read_is_not_lost(
    shop: Shop, change: str, anew: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whatever place of the work it comes."""
    monkeypatch.setattr(upkeep, "LASTING", 0 if anew else 1_000_000)
    monkeypatch.setattr(upkeep, "UNMAPPED", 0)
    store = shop.store
    for place in (1, 2, 4, 7):  # decided, marked, read, all but stored
        for number, name in enumerate(NAMES):
            shop.receive(Address(f"c{number}@post.example", name), f"{WORDS[number]} {WORDS[place]}")
        upkeep.build(store)
        with store.write() as tx:
            if anew:
                search_docs.put_again(tx, tx.query("SELECT id FROM messages", {})[0][0])
            else:
                add(tx)
        keeper = Upkeep()
        for number, piece in enumerate([keeper.look, keeper.write] * 5):
            if number == place:
                with store.write() as tx:
                    CHANGES[change](tx)
            piece(store)
            if number >= place:
                holds(store)
        whole(store)
        _forget_all(store)


def _forget_all(store: Store) -> None:
    with store.write() as tx:
        tx.execute_many("DELETE FROM search_docs WHERE entity_id LIKE 'more-%'", [{}])
        tx.execute_many("DELETE FROM conversations WHERE id = 'begun'", [{}])


def test_what_the_server_forgot_is_notstored(shop: Shop) -> None:
    """A power cut took the newest writes, and whoever read them goes on with another server."""
    shopful(shop)
    upkeep.build(shop.store)
    with shop.store.write() as tx:
        search_docs.put_again(tx, tx.query("SELECT id FROM messages", {})[0][0])
        add(tx)
    keeper = Upkeep(worth=0)
    for _ in range(2):  # what is to be read is marked, and read
        keeper.look(shop.store)
        keeper.write(shop.store)
    with shop.store.write() as tx:
        row = tx.query("SELECT seq FROM changes ORDER BY seq DESC LIMIT 1", {})[0]
        tx.execute_many("UPDATE changes SET entity_id = 'of others' WHERE seq = :seq", [{"seq": row[0]}])
    before = stored(shop.store)
    keeper.look(shop.store)
    keeper.write(shop.store)
    assert stored(shop.store) == before
    whole(shop.store)
