"""The maps tell of a conversation exactly what its documents and its customer's have, or do not tell of it at all."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.shop import Shop
from support.word_maps import NAMES, WORDS, holds, maps_of_few, whole

from omni_tui.desk import composing, customer_edits, merging, replies, undo
from omni_tui.model.address import Address
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import Direction
from omni_tui.model.errors import OmniError
from omni_tui.store import Store, Writer, search_docs
from omni_tui.store.maps import upkeep
from omni_tui.store.maps.upkeep import Upkeep


@pytest.fixture
def shop(tmp_path: Path, location: Path | str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """On both engines, with maps for few conversations and changes."""
    made = maps_of_few(monkeypatch, Shop(tmp_path / "store", location))
    yield made
    made.store.close()


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


_LIVES = given(st.lists(st.sampled_from(STEPS), min_size=4, max_size=25), st.integers(0, 1 << 32))
_UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=10, suppress_health_check=_UNHURRIED)
@_LIVES
def test_whatever_happens_they_tell_what_is_there(shop: Shop, steps: list[Callable[[World], None]], seed: int) -> None:
    _live(shop, steps, seed)


@pytest.mark.long
@settings(max_examples=100, suppress_health_check=_UNHURRIED)
@_LIVES
def test_whatever_happens_often(shop: Shop, steps: list[Callable[[World], None]], seed: int) -> None:
    _live(shop, steps, seed)


def _live(shop: Shop, steps: list[Callable[[World], None]], seed: int) -> None:
    world = World(shop, random.Random(seed))
    for step in (World.mail, World.mail, World.build, *steps):
        with contextlib.suppress(OmniError):  # what cannot be done here is refused
            step(world)
        holds(shop.store)
    whole(shop.store)
