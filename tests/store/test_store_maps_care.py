"""The maps of whole stores: when there are any, what goes along with a store, what the doctor finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.shop import Shop
from support.word_maps import add, holds, maps_of_few, shopful, stored, whole

from omni_tui.desk import store_checks
from omni_tui.store import Store, open_store
from omni_tui.store.backup import copy_to
from omni_tui.store.export import export_file
from omni_tui.store.importing import import_archive
from omni_tui.store.maps import bits, upkeep
from omni_tui.store.maps.upkeep import Upkeep
from omni_tui.store.restore import restore


@pytest.fixture
def shop(tmp_path: Path, location: Path | str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """On both engines, with maps for few conversations and changes."""
    made = maps_of_few(monkeypatch, Shop(tmp_path / "store", location))
    yield made
    made.store.close()


def test_both_engines_make_the_same(tmp_path: Path, database: str) -> None:
    made = []
    for location in (tmp_path / "store" / "omni.db", database):
        shop = Shop(tmp_path / "shop", location)
        shopful(shop)
        upkeep.build(shop.store)
        made.append(stored(shop.store))
        shop.store.close()
    assert made[0] == made[1]
    words, maps = made[0]
    assert {"shirt", "sh*", "\ue002smith"} <= {word for word, _number in words}
    assert maps


def test_a_small_store_has_none_and_takes_no_note(shop: Shop) -> None:
    shopful(shop)
    keeper = Upkeep()
    assert not keeper.look(shop.store)
    keeper.write(shop.store)
    assert stored(shop.store) == ([], [])
    with shop.store.read() as tx:
        assert tx.query("SELECT ref FROM search_unmapped", {}) == []


def test_other_words_are_chosen_when_there_are_twice_as_many(shop: Shop) -> None:
    shopful(shop)
    upkeep.build(shop.store)
    before, _maps = stored(shop.store)
    for _ in range(30):
        shop.receive("d@post.example", "umbrella")
    whole(shop.store)
    after, _maps = stored(shop.store)
    assert "umbrella" in {word for word, _number in after} - {word for word, _number in before}


def test_they_do_not_travel(shop: Shop, tmp_path: Path, empty: Store) -> None:
    shopful(shop)
    upkeep.build(shop.store)
    export_file(shop.store, tmp_path / "shop.tar.gz")
    import_archive(empty, tmp_path / "shop.tar.gz")
    assert not holds(empty)
    assert stored(empty) == ([], [])
    whole(empty)
    words, maps = stored(shop.store)
    assert stored(empty) == (words, maps)


def test_a_store_put_back_from_a_backup_goes_on(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "store")
    shopful(shop)
    upkeep.build(shop.store)
    copy_to(shop.store.path, tmp_path / "backup.db")
    shopful(shop)
    shop.store.close()
    restore(tmp_path / "backup.db", shop.store.path, datetime(2026, 1, 1, tzinfo=UTC))
    store = open_store(shop.store.path)
    assert holds(store)
    with store.write() as tx:
        add(tx)
    assert holds(store)
    whole(store)
    store.close()


def test_the_doctor_finds_what_they_tell_wrongly_and_has_them_made_anew(shop: Shop) -> None:
    def found(*, repair: bool = False) -> list[tuple[str, int]]:
        looked = store_checks.look(shop.store, repair=repair)
        return [(each.name, each.count) for each in looked if each.name == "search: maps" and each.count]

    shopful(shop)
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
