"""Whom an agent is offered while an address is typed: those heard of last first, however they are looked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shop import MINUTE, Shop

from omni_tui.desk import addressing
from omni_tui.model.address import Address
from omni_tui.model.message import Party

NAMES = ("Kaya Keller", "Mira Holt", "陈思远", "Ada Brandt", "Bo")


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Thirty people; whoever wrote first wrote once more and so was heard of last."""
    shop = Shop(tmp_path, None if request.param == "sqlite" else request.getfixturevalue("database"))
    now = shop.now()
    for number in range(30):
        who = Address(f"p{number}@{'kite' if number % 7 == 0 else 'post'}.example", NAMES[number % len(NAMES)])
        shop.receive(who, "A question", subject=f"Question {number}", receipt_at=now - (900 - number) * MINUTE)
    shop.receive(Address("p0@kite.example", NAMES[0]), "And another", subject="More", receipt_at=now - MINUTE)
    yield shop
    shop.store.close()


def everybody(shop: Shop) -> list[Party]:
    with shop.store.read() as tx:
        rows = tx.query(
            "SELECT i.value, r.name FROM identities i JOIN customers c ON c.id = i.customer_id"
            " JOIN customers r ON r.id = c.root_id WHERE i.kind = 'email' ORDER BY i.last_at DESC, i.value",
            {},
        )
    return [Party(row[0], row[1]) for row in rows]


@pytest.mark.parametrize("lately", [3, 500])
@pytest.mark.parametrize("text", ["p", "kel", "kite", "P2", "思", "holt", "p29@", "%", "nobody"])
def test_those_heard_of_last_come_first(shop: Shop, lately: int, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addressing, "_LATELY", lately)
    part = text.casefold()
    expected = [each for each in everybody(shop) if part in each.address.casefold() or part in each.name.casefold()]
    assert list(addressing.known(shop.store, text)) == expected[:8]
