"""The maps tell of a conversation exactly what its documents and its customer's have, or do not tell of it at all."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.shop import Shop

from omni_tui.desk import composing, customer_edits, merging, replies, store_checks, undo
from omni_tui.model.address import Address
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import Direction
from omni_tui.model.errors import OmniError
from omni_tui.model.ids import uuid7
from omni_tui.store import Store, Tx, Writer, open_store, search_docs
from omni_tui.store.backup import copy_to
from omni_tui.store.export import export_file
from omni_tui.store.importing import import_archive
from omni_tui.store.maps import bits, upkeep
from omni_tui.store.maps.tokens import mapped
from omni_tui.store.maps.upkeep import Upkeep
from omni_tui.store.restore import restore

NAMES = ("Ann Smith", "Ben Smith", "Cleo Anders", "Ду́ша", "田中")
WORDS = ("shirt", "shipping", "shoes", "order so-7712", "order so-9", "refund", "退款申请", "Größe", "thanks")


@pytest.fixture
def shop(tmp_path: Path, location: Path | str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """On both engines, with maps for few conversations and changes."""
    for name, value in {"UNMAPPED": 2, "LASTING": 2, "TOGETHER": 3, "MANY": 5}.items():
        monkeypatch.setattr(upkeep, name, value)
    made = Shop(tmp_path / "store", location)
    yield made
    made.store.close()


def told(store: Store) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """By their numbers, which words the maps tell of the conversations they tell of, and which these have."""
    with store.read() as tx:
        words = {row[1]: row[0] for row in tx.query("SELECT word, number FROM search_map_words", {})}
        unmapped = {row[0] for row in tx.query("SELECT ref FROM search_unmapped", {})}
        have: dict[int, set[str]] = {}
        for ref, tokens in (*documents(tx, MESSAGES), *documents(tx, CUSTOMERS)):
            have.setdefault(ref, set()).update(mapped(tokens) & set(words.values()))
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
    tokens = "d.tokens" if tx.dialect == "sqlite" else "array_to_string(tsvector_to_array(d.tokens), ' ')"
    return [(row[0], row[1]) for row in tx.query(asked.format(tokens), {})]


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


class Failing:
    """A store whose next write is taken back at its end."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.read = store.read

    @contextlib.contextmanager
    def write(self) -> Iterator[Writer]:
        with self._store.write() as tx:
            yield tx
            tx.finish()
            raise ZeroDivisionError


class World:
    """A shop in which anything happens, and two processes that see to its maps."""

    def __init__(self, shop: Shop, dice: random.Random) -> None:
        self.shop, self.dice = shop, dice
        self.keepers = [Upkeep(worth=0), Upkeep(worth=0)]
        self.keys: list[str] = []

    def text(self) -> str:
        return " ".join(self.dice.sample(WORDS, self.dice.randint(1, 4)))

    def some(self, sql: str, number: int = 1) -> list[Any]:
        """Some of what a question finds."""
        with self.shop.store.read() as tx:
            found = [row[0] for row in tx.query(sql, {})]
        return self.dice.sample(found, min(number, len(found)))

    def mail(self) -> None:
        number = self.dice.randrange(len(NAMES))
        author = Address(f"c{number}@post.example", NAMES[number])
        self.keys.append(self.shop.receive(author, self.text()).key)

    def answer(self) -> None:
        number = self.dice.randrange(len(NAMES))
        keys = tuple(self.dice.sample(self.keys, min(1, len(self.keys))))
        self.shop.receive(Address(f"c{number}@post.example"), self.text(), reply_keys=keys)

    def note(self) -> None:
        for id in self.some("SELECT id FROM conversations WHERE merged_into IS NULL"):
            replies.note(self.shop.store, self.shop.agent, id, self.text())

    def jump(self) -> None:
        """The next conversation is one of another part."""
        with self.shop.store.write() as tx:
            tx.go_on_from("conversation", int(tx.value("counter", name="conversation")) + self.dice.choice((7, 4096)))

    def drop(self) -> None:
        for id in self.some("SELECT entity_id FROM search_docs WHERE kind = 'message'"):
            with self.shop.store.write() as tx:
                search_docs.drop(tx, id)

    def put_again(self) -> None:
        for id in self.some("SELECT id FROM messages WHERE deleted_at IS NULL", 2):
            with self.shop.store.write() as tx:
                search_docs.put_again(tx, id)

    def anew(self) -> None:
        """As by a program that cuts words in another way."""
        with self.shop.store.write() as tx:
            for row in tx.query("SELECT doc_id FROM search_docs", {}):
                tx.run("set_search_doc", doc_id=row["doc_id"], tokens="", seg_version=1)
            tx.run("set_counter", name="segmentation", value=1)
            tx.run("set_counter", name="resegmented", value=0)
        while search_docs.reindex(self.shop.store):
            pass

    def rename(self) -> None:
        for id in self.some("SELECT id FROM customers WHERE root_id = id"):
            customer_edits.rename(self.shop.store, self.shop.agent, id, self.dice.choice(NAMES))

    def merge_customers(self) -> None:
        ids = self.some("SELECT id FROM customers WHERE root_id = id", 2)
        if len(ids) == 2:
            customer_edits.merge(self.shop.store, self.shop.agent, ids[:1], ids[1])

    def part_customers(self) -> None:
        for id in self.some("SELECT root_id FROM customers WHERE root_id <> id"):
            with self.shop.store.read() as tx:
                addresses = [row[0] for row in tx.query(_OF_PARTS, {"id": id})]
            customer_edits.split(self.shop.store, self.shop.agent, id, self.dice.choice(addresses))

    def merge(self) -> None:
        ids = self.some("SELECT id FROM conversations WHERE merged_into IS NULL", 2)
        if len(ids) == 2:
            merging.merge(self.shop.store, self.shop.agent, ids)

    def split(self) -> None:
        inbound = f"SELECT id FROM messages WHERE direction = '{Direction.INBOUND.value}'"
        for id in self.some(inbound):
            merging.split(self.shop.store, self.shop.agent, id)

    def compose(self) -> None:
        """Called back by undo, the conversation is gone; redo makes one of the same number."""
        fields = DraftFields(to="Nina <nina@new.example>", subject=self.text())
        composing.compose(self.shop.store, self.shop.agent, fields, self.text(), delay_ms=60_000)

    def undo(self) -> None:
        undo.undo(self.shop.store, self.shop.agent)

    def redo(self) -> None:
        undo.redo(self.shop.store, self.shop.agent)

    def pieces(self) -> None:
        keeper = self.dice.choice(self.keepers)
        for _ in range(self.dice.choice((1, 2, 5, 12))):
            if keeper.look(self.shop.store):
                keeper.write(self.shop.store)
                holds(self.shop.store)

    def between(self) -> None:
        """Things happen between reading and writing."""
        keeper = self.dice.choice(self.keepers)
        for _ in range(12):
            if not keeper.look(self.shop.store):
                break
            with contextlib.suppress(OmniError):
                self.dice.choice(MEANWHILE)(self)
            keeper.write(self.shop.store)
            holds(self.shop.store)

    def die(self) -> None:
        self.keepers[self.dice.randrange(2)] = Upkeep(worth=0)

    def fail(self) -> None:
        with contextlib.suppress(ZeroDivisionError):
            self.dice.choice(self.keepers).write(cast("Store", Failing(self.shop.store)))

    def build(self) -> None:
        whole(self.shop.store)

    def forget(self) -> None:
        with self.shop.store.write() as tx:
            upkeep.forget(tx)


_OF_PARTS = "SELECT i.value FROM identities i JOIN customers c ON c.id = i.customer_id WHERE c.root_id = :id"

MEANWHILE: tuple[Callable[[World], None], ...] = (
    *(World.mail, World.note, World.note, World.note, World.drop, World.put_again),
    *(World.rename, World.merge_customers, World.merge, World.split, World.undo, World.die),
)
STEPS: tuple[Callable[[World], None], ...] = (
    *(World.mail, World.mail, World.answer, World.note, World.jump, World.drop, World.put_again, World.anew),
    *(World.rename, World.merge_customers, World.part_customers, World.merge, World.split, World.compose),
    *(World.undo, World.undo, World.redo, World.pieces, World.between, World.between, World.between, World.die),
    *(World.fail, World.build, World.build, World.forget),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.sampled_from(STEPS), min_size=4, max_size=25), st.integers(0, 1 << 32))
def test_whatever_happens_they_tell_what_is_there(shop: Shop, steps: list[Callable[[World], None]], seed: int) -> None:
    world = World(shop, random.Random(seed))
    for step in (World.mail, World.mail, World.build, *steps):
        with contextlib.suppress(OmniError):  # what cannot be done here is refused
            step(world)
        holds(shop.store)
    whole(shop.store)


def _run(sql: str) -> Callable[[Writer], None]:
    return lambda tx: tx.execute_many(sql, [{}])


def _documents(tx: Tx, kind: str) -> list[str]:
    return [row[0] for row in tx.query("SELECT entity_id FROM search_docs WHERE kind = :kind", {"kind": kind})]


def _add(tx: Writer) -> None:
    for row in tx.query("SELECT id FROM conversations", {}):
        search_docs.put(tx, f"more-{uuid7()}", row[0], tx.now, "thanks for the shoes")


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
    "words more": _add,
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
                _add(tx)
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


def _shopful(shop: Shop) -> None:
    for n in range(24):
        number = n % len(NAMES)
        text = f"{WORDS[number]} {WORDS[(n * 7) % len(WORDS)]}"
        shop.receive(Address(f"c{number}@post.example", NAMES[number]), text)


def _stored(store: Store) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    with store.read() as tx:
        words = [tuple(row) for row in tx.query("SELECT word, number FROM search_map_words ORDER BY word", {})]
        maps = tx.query("SELECT place, bits FROM search_maps ORDER BY place", {})
        return words, [(row[0], bytes(row[1])) for row in maps]


def test_both_engines_make_the_same(tmp_path: Path, database: str) -> None:
    made = []
    for location in (tmp_path / "store" / "omni.db", database):
        shop = Shop(tmp_path / "shop", location)
        _shopful(shop)
        upkeep.build(shop.store)
        made.append(_stored(shop.store))
        shop.store.close()
    assert made[0] == made[1]
    words, maps = made[0]
    assert {"shirt", "sh*", "\ue002smith"} <= {word for word, _number in words}
    assert maps


def test_a_small_store_has_none_and_takes_no_note(shop: Shop) -> None:
    _shopful(shop)
    keeper = Upkeep()
    assert not keeper.look(shop.store)
    keeper.write(shop.store)
    assert _stored(shop.store) == ([], [])
    with shop.store.read() as tx:
        assert tx.query("SELECT ref FROM search_unmapped", {}) == []


def test_other_words_are_chosen_when_there_are_twice_as_many(shop: Shop) -> None:
    _shopful(shop)
    upkeep.build(shop.store)
    before, _maps = _stored(shop.store)
    for _ in range(30):
        shop.receive("d@post.example", "umbrella")
    whole(shop.store)
    after, _maps = _stored(shop.store)
    assert "umbrella" in {word for word, _number in after} - {word for word, _number in before}


def test_what_the_server_forgot_is_not_stored(shop: Shop) -> None:
    """A power cut took the newest writes, and whoever read them goes on with another server."""
    _shopful(shop)
    upkeep.build(shop.store)
    with shop.store.write() as tx:
        search_docs.put_again(tx, tx.query("SELECT id FROM messages", {})[0][0])
        _add(tx)
    keeper = Upkeep(worth=0)
    for _ in range(2):  # what is to be read is marked, and read
        keeper.look(shop.store)
        keeper.write(shop.store)
    with shop.store.write() as tx:
        row = tx.query("SELECT seq FROM changes ORDER BY seq DESC LIMIT 1", {})[0]
        tx.execute_many("UPDATE changes SET entity_id = 'of others' WHERE seq = :seq", [{"seq": row[0]}])
    before = _stored(shop.store)
    keeper.look(shop.store)
    keeper.write(shop.store)
    assert _stored(shop.store) == before
    whole(shop.store)


def test_they_do_not_travel(shop: Shop, tmp_path: Path, empty: Store) -> None:
    _shopful(shop)
    upkeep.build(shop.store)
    export_file(shop.store, tmp_path / "shop.tar.gz")
    import_archive(empty, tmp_path / "shop.tar.gz")
    assert not holds(empty)
    assert _stored(empty) == ([], [])
    whole(empty)
    words, maps = _stored(shop.store)
    assert _stored(empty) == (words, maps)


def test_a_store_put_back_from_a_backup_goes_on(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "store")
    _shopful(shop)
    upkeep.build(shop.store)
    copy_to(shop.store.path, tmp_path / "backup.db")
    _shopful(shop)
    shop.store.close()
    restore(tmp_path / "backup.db", shop.store.path, datetime(2026, 1, 1, tzinfo=UTC))
    store = open_store(shop.store.path)
    assert holds(store)
    with store.write() as tx:
        _add(tx)
    assert holds(store)
    whole(store)
    store.close()


def test_the_doctor_finds_what_they_tell_wrongly_and_has_them_made_anew(shop: Shop) -> None:
    def found(*, repair: bool = False) -> list[tuple[str, int]]:
        looked = store_checks.look(shop.store, repair=repair)
        return [(each.name, each.count) for each in looked if each.name == "search: maps" and each.count]

    _shopful(shop)
    upkeep.build(shop.store)
    assert found() == []
    with shop.store.write() as tx:
        row = tx.query("SELECT place, bits FROM search_maps ORDER BY place DESC LIMIT 1", {})[0]
        others = bits.packed([*bits.unpacked(row[1], 0), 1001 + 20][1:])
        tx.run("set_map", place=row[0], bits=others)
    assert [name for name, _count in found(repair=True)] == ["search: maps"]
    assert not holds(shop.store)
    assert found() == []
    whole(shop.store)
    assert found() == []
