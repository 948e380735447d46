"""A large file is stored in several writes: a check of the store that runs meanwhile takes nothing of it away."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random

import pytest
from support.shop import Shop

from omni_tui.desk import left_files
from omni_tui.desk.left_files import LeftFile
from omni_tui.desk.store_checks import look
from omni_tui.desk.thread import attachment
from omni_tui.model.errors import StoreError
from omni_tui.model.events import LEFT, RemoteAttachment
from omni_tui.store import blobs
from omni_tui.store.unfinished import REST_MS

FILM = Random(4).randbytes(9 * blobs.CHUNK + 17)


class Read(io.BytesIO):
    """A file; ``meanwhile`` happens each time its second half is read."""

    def __init__(self, data: bytes, meanwhile: Callable[[], None]) -> None:
        super().__init__(data)
        self._half, self._meanwhile = len(data) // 2, meanwhile

    def read(self, size: int | None = -1, /) -> bytes:
        before = self.tell()
        data = super().read(size)
        if before <= self._half < self.tell():
            self._meanwhile()
        return data


@pytest.fixture
def film(shop: Shop) -> LeftFile:
    """A file that is still on the server."""
    shop.receive("mia@posteo.example", attachments=(RemoteAttachment("film.mp4", "video/mp4", len(FILM), f"{LEFT}2"),))
    with shop.store.read() as tx:
        [row] = tx.query("SELECT id FROM attachments", {})
    found = left_files.find(shop.store, row["id"])
    assert found is not None
    return found


def unused(shop: Shop, *, repair: bool = False) -> tuple[int, int]:
    """Sources that belong to no message: how many were found, and how many cleared away."""
    [found] = [each for each in look(shop.store, repair=repair) if each.name == "unused sources"]
    return found.count, found.mended


def grow_old(shop: Shop) -> None:
    with shop.store.write() as tx:
        tx.execute_many("UPDATE blobs SET created_at = created_at - :rest", [{"rest": 2 * REST_MS}])


def test_what_is_on_its_way_is_left_alone(shop: Shop, film: LeftFile) -> None:
    """Also where an earlier fetch broke off long ago."""
    name = blobs.name_of(FILM)
    with shop.store.write() as tx:
        blobs.put_piece(tx, name, len(FILM), 0, FILM[: 4 * blobs.CHUNK])
    assert unused(shop, repair=True) == (0, 0)
    grow_old(shop)
    assert unused(shop) == (1, 0)
    found: list[tuple[int, int]] = []
    with Read(FILM, lambda: found.append(unused(shop, repair=True))) as data:
        assert left_files.keep(shop.store, film, data) == len(FILM)
    assert found[-1] == (0, 0)
    assert attachment(shop.store, film.id)[2] == FILM


def test_what_broke_off_long_ago_is_cleared_away(shop: Shop) -> None:
    with shop.store.write() as tx:
        blobs.put_piece(tx, blobs.name_of(FILM), len(FILM), 0, FILM[: 4 * blobs.CHUNK])
    grow_old(shop)
    assert unused(shop, repair=True) == (1, 1)
    with shop.store.read() as tx:
        assert tx.query("SELECT 1 FROM blob_chunks", {}) == []


def test_who_was_stopped_for_so_long_begins_anew(shop: Shop, film: LeftFile) -> None:
    cleared: list[tuple[int, int]] = []

    def stopped() -> None:
        grow_old(shop)
        if len(cleared) < 2:  # while it is hashed, and once while it is stored
            cleared.append(unused(shop, repair=True))

    with Read(FILM, stopped) as data:
        assert left_files.keep(shop.store, film, data) == len(FILM)
    assert cleared == [(0, 0), (1, 1)]
    assert attachment(shop.store, film.id)[2] == FILM
    assert left_files.find(shop.store, film.id) is None


def test_one_that_is_cleared_away_again_and_again_says_so(shop: Shop, film: LeftFile) -> None:
    def stopped() -> None:
        grow_old(shop)
        unused(shop, repair=True)

    with Read(FILM, stopped) as data, pytest.raises(StoreError, match="vanished"):
        left_files.keep(shop.store, film, data)
    assert left_files.find(shop.store, film.id) == film
