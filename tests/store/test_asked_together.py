"""What is asked of a store as one statement is answered as it is one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.shop import DAY, SHOP, Shop

from omni_tui.model.address import Address
from omni_tui.model.events import Received, Report, Reported, SentElsewhere
from omni_tui.store import Row
from omni_tui.store.gathered import fields
from omni_tui.store.sqlite_wide import RARE, TOGETHER, WORDED

ODD = (
    "",
    "nobody",
    'it\'s "quoted"',
    "退款",
    "q0@post.example\0",
    "m0@example\0",
    "ana@post.example\0",
    "\\u0000",
    "%",
    "q0@post.example ",
)


@pytest.fixture
def shop(tmp_path: Path, location: Path | str) -> Shop:
    found = Shop(tmp_path, location)
    ana, eve = Address("ana@post.example", "Ana"), Address("eve@post.example")
    letters: list[Received | SentElsewhere] = []
    for number in range(12):
        who, at = (ana, eve)[number % 2], found.now() - DAY - number * 1000
        asked = found.mail(who, f"text {number}", key=f"q{number}@post.example", receipt_at=at)
        letters.append(Received(asked))
        letters.append(
            SentElsewhere(found.mail(SHOP, "answer", to=(who,), receipt_at=at + 1, reply_keys=(asked.key, "common")))
        )
    said = (Reported(ana.address, "failed", "no"), Reported(eve.address, "failed", "nor she"))
    for lost in ("q20@post.example", "q20@post.example", "common", ODD[0]):
        letters.append(Received(found.mail("daemon@mx.example", automatic=True, report=Report(lost, said))))
    found.take(*letters, history=True)
    return found


def _values(shop: Shop, nul: bool) -> dict[str, list[dict[str, Any]]]:
    with shop.store.read() as tx:
        ids = [row[0] for row in tx.query("SELECT id FROM conversations", {})]
        refs = [row[0] for row in tx.query("SELECT ref FROM conversations", {})]
    # A text that spells one out looks the same in JSON.
    odd = [each for each in ODD if nul or not ("\0" in each or "u0000" in each)]
    keys = [*(f"q{n}@post.example" for n in range(14)), "common", "common", *odd]
    people = ["ana@post.example", "eve@post.example", "Ana@post.example", *odd]
    return {
        "message_by_external_id": [
            {"channel_id": shop.channel_id, "external_id": each}
            for each in (*(f"m{n}@example" for n in range(30)), *odd)
        ],
        "identity": [{"kind": "email", "value_norm": each} for each in people],
        "conversation": [{"id": each} for each in (*ids, *odd)],
        "newest_message": [{"id": each} for each in (*ids, *odd)],
        "participants": [{"id": id} for id in (*ids, "none")],
        "is_participant": [{"conversation_id": id, "address": each} for id in (*ids, "none") for each in people],
        "ledger_holds": [
            {"channel_id": shop.channel_id, "stream": stream, "locator": f"1/{n}"}
            for stream in ("INBOX", "Sent")
            for n in range(5)
        ],
        "keyed_conversations": [{"channel_id": shop.channel_id, "reply_key": each} for each in keys],
        "message_by_key": [{"channel_id": shop.channel_id, "reply_key": each} for each in keys],
        "late_reports": [{"about": each} for each in (*keys, "q20@post.example")],
        "conversation_id_by_ref": [{"ref": each} for each in (*refs, *refs[:2], 0, -1, 10**15 - 1)],
    }


def _plain(row: Row) -> dict[str, Any]:
    return {name: value for name, value in fields(row).items() if name != "asked"}


@pytest.mark.parametrize("name", [*TOGETHER, *WORDED, *RARE])
def test_many_at_once_and_one_by_one_are_answered_alike(shop: Shop, name: str) -> None:
    """With a NUL among them, which no JSON of SQLite's holds and PostgreSQL takes nowhere, and without."""
    for nul in (False, True)[: 1 if shop.store.dialect == "postgresql" else 2]:
        values = _values(shop, nul)[name]
        with shop.store.write() as tx:
            together = tx.ahead((name, each) for each in values)
            alone = [tx.all(name, **each) for each in values]
        assert [list(map(_plain, rows)) for rows in together] == [list(map(_plain, rows)) for rows in alone]
        assert any(alone)
        assert not all(alone)
    shop.store.close()


def test_a_place_that_shows_another_message_now_is_told_anew(shop: Shop) -> None:
    """In one batch with places that are new."""
    first, *others = (shop.mail("ida@post.example", f"number {n}", locator=f"2/{n}") for n in range(4))
    shop.take(Received(first))
    again = shop.mail("ida@post.example", "another", locator=first.locator)
    assert shop.take(*map(Received, (*others, again))).new == 4
    with shop.store.read() as tx:
        rows = tx.query(
            "SELECT f.locator, m.external_id FROM fetch_ledger f JOIN messages m ON m.id = f.message_id"
            " WHERE f.locator LIKE '2/%' ORDER BY f.locator",
            {},
        )
    assert [tuple(row) for row in rows] == [(each.locator, each.external_id) for each in (again, *others)]
    shop.store.close()
