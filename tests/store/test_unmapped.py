"""What has no map, or one that may be wrong, is known however it came about, and only where there are maps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.shop import Shop
from support.word_maps import NAMES, WORDS, add, holds, maps_of_few, whole

from omni_tui.model.address import Address
from omni_tui.store import Store, Tx, Writer, search_docs
from omni_tui.store.maps import upkeep
from omni_tui.store.maps.upkeep import Upkeep

PLACES = {"before": 0, "decided": 1, "marked": 2, "read": 4}
"""How many pieces of the work at a part are done by then."""
_AS_IT_WAS = ("customer_id", "channel_id", "subject", "status", "bulk", "settled", "last_at", "last_direction")


@pytest.fixture
def shop(tmp_path: Path, location: Path | str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """On both engines, with a few conversations, each change of which is worth having its part made anew."""
    made = maps_of_few(monkeypatch, Shop(tmp_path / "store", location))
    monkeypatch.setattr(upkeep, "LASTING", 0)
    monkeypatch.setattr(upkeep, "UNMAPPED", 0)
    for number, name in enumerate(NAMES):
        made.receive(Address(f"c{number}@post.example", name), WORDS[number])
    yield made
    made.store.close()


def _root(tx: Tx) -> str:
    """The customer who all are made one with."""
    return str(tx.query("SELECT max(id) FROM customers", {})[0][0])


def _join(tx: Writer) -> None:
    tx.execute_many("UPDATE customers SET root_id = :root", [{"root": _root(tx)}])


def _be_unknown(tx: Writer) -> None:
    for row in tx.query("SELECT id FROM customers", {}):
        search_docs.drop_customer(tx, row[0])


def _be_known(tx: Writer) -> None:
    for row in tx.query("SELECT id FROM customers WHERE root_id = id", {}):
        search_docs.put_customer(tx, row[0])


def _join_unknown(tx: Writer) -> None:
    _be_unknown(tx)
    _join(tx)


def _join_known(tx: Writer) -> None:
    _join_unknown(tx)
    _be_known(tx)


def _other_words(tx: Writer) -> None:
    for row in tx.query("SELECT doc_id FROM search_docs WHERE kind = 'customer'", {}):
        tx.run("set_search_doc", doc_id=row[0], tokens="", seg_version=3)


Change = Callable[[Writer], None]
CASES: dict[str, tuple[Change, Change]] = {
    "customers who had no document get one": (_be_unknown, _be_known),
    "joined customers who had no document get one": (_join_unknown, _be_known),
    "joined customers are no longer found": (_join_known, _be_unknown),
    "joined customers have other words": (_join_known, _other_words),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", CASES)
def test_words_of_a_customer_are_those_of_all_joined_with_them(shop: Shop, case: str, place: str) -> None:
    before, change = CASES[case]
    upkeep.build(shop.store)  # what they are called is among the words with maps
    _write(shop.store, before)
    upkeep.build(shop.store)
    _write(shop.store, add)
    _make_anew(shop.store, PLACES[place], change)


@pytest.mark.parametrize("place", PLACES)
def test_a_conversation_of_a_number_that_was_gone(shop: Shop, place: str) -> None:
    """What is called back and done again has its number again, and may be there before the part is made."""
    upkeep.build(shop.store)
    with shop.store.write() as tx:
        row = tx.query("SELECT * FROM conversations ORDER BY ref DESC LIMIT 1", {})[0]
        tx.execute_many("DELETE FROM conversations WHERE id = :id", [{"id": row["id"]}])

    def again(tx: Writer) -> None:
        values = {name: row[name] for name in _AS_IT_WAS}
        tx.run("insert_conversation", id=row["id"], ref=row["ref"], related_id=None, now=tx.now, **values)

    _make_anew(shop.store, PLACES[place], again)


NOTED = (
    "UPDATE search_docs SET tokens = tokens",
    "UPDATE search_docs SET conversation_id = (SELECT min(id) FROM conversations) WHERE kind = 'message'",
    "UPDATE conversations SET customer_id = (SELECT max(id) FROM customers)",
    "UPDATE customers SET root_id = (SELECT max(id) FROM customers)",
    "DELETE FROM search_docs",
    "DELETE FROM conversations WHERE id = (SELECT min(id) FROM conversations)",
)


@pytest.mark.parametrize("change", NOTED)
def test_no_note_is_taken_where_there_are_no_maps(shop: Shop, change: str) -> None:
    _write(shop.store, lambda tx: tx.execute_many(change, [{}]))
    assert _noted(shop.store) == 0
    upkeep.build(shop.store)
    _write(shop.store, add)
    assert _noted(shop.store) > 0


def _write(store: Store, change: Change) -> None:
    with store.write() as tx:
        change(tx)


def _make_anew(store: Store, place: int, change: Change) -> None:
    """Make the maps anew, with the change at some place of the work; they are right all the time."""
    keeper = Upkeep()
    for number, piece in enumerate([keeper.look, keeper.write] * 5):
        if number == place:
            _write(store, change)
        piece(store)
        holds(store)
    whole(store)


def _noted(store: Store) -> int:
    with store.read() as tx:
        return int(tx.query("SELECT count(*) FROM search_unmapped", {})[0][0])
