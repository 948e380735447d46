"""The fetch ledger holds where messages lie, on both engines of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shop import Shop

from omni_tui.desk import ledger
from omni_tui.model.events import Received, Vanished


@pytest.fixture
def shop(tmp_path: Path, location: Path | str) -> Iterator[Shop]:
    made = Shop(tmp_path, location)
    yield made
    made.store.close()


def held(shop: Shop, stream: str = "INBOX") -> list[str]:
    return sorted(ledger.places(shop.store, shop.channel_id, stream).known)


def test_a_place_that_is_empty_now_leaves_the_ledger_and_its_message_stays(shop: Shop) -> None:
    for number in (1, 2, 9, 10, 11, 12, 99, 100, 101, 119, 120, 1000):
        shop.take(Received(shop.mail("lena@post.example", f"Text {number}", locator=f"7/{number}")))
    for other in ("8/10", "77/10", "1/10"):
        shop.take(Received(shop.mail("lena@post.example", f"Text {other}", locator=other)))
    shop.take(Received(shop.mail("lena@post.example", "In the archive", locator="7/11")), stream="folder:Archive")
    shop.take(Vanished("7/", 2, 100), Vanished("7/", 119, 119), Vanished("7/", 5, 4))
    assert held(shop) == sorted(["7/1", "7/101", "7/120", "7/1000", "8/10", "77/10", "1/10"])
    assert held(shop, "folder:Archive") == ["7/11"]
    assert len(shop.rows()) == 16


def test_what_could_not_be_taken_in_stays_in_the_ledger_which_alone_has_it(shop: Shop) -> None:
    with shop.store.write() as tx:
        tx.run(
            "ledger",
            channel_id=shop.channel_id,
            stream="INBOX",
            locator="7/1",
            message_id=None,
            source_sha=None,
            error="ValueError",
            now=tx.now,
        )
    shop.take(Vanished("7/", 1, 10))
    assert held(shop) == ["7/1"]
