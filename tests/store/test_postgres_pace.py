"""Messages are stored so many at a time that others can write soon, and one that is refused stays alone."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.shop import DAY, Shop

from omni_tui.model.events import Received
from omni_tui.store import Writer, open_store
from omni_tui.store.postgres_pace import AIM_MS, MOST, Pace
from omni_tui.store.store import LeaseLost


@given(st.lists(st.floats(0.01, 60), min_size=1, max_size=80))
def test_the_lock_is_held_for_about_as_long_as_it_should(each_ms: list[float]) -> None:
    """What takes twice as long as it should is less the next time; once is chance."""
    pace = Pace()
    for ms in each_ms:
        for _ in range(2):
            number = pace.at_once
            pace.follow(number, number * ms)
            assert 1 <= pace.at_once <= MOST
        assert pace.at_once == 1 or pace.at_once * ms <= AIM_MS * 1.01
        pace.follow(number, 100 * number * ms)
        assert pace.at_once >= min(number, int(AIM_MS / ms * 0.99))


def test_a_fast_server_is_given_more_step_by_step() -> None:
    pace = Pace()
    sizes = []
    for _ in range(12):
        sizes.append(pace.at_once)
        pace.follow(pace.at_once, pace.at_once * 0.1)
    assert sizes == sorted(sizes)
    assert sizes[-1] == MOST
    assert all(after <= 1.5 * before for before, after in itertools.pairwise(sizes))
    # A few that were all there was tell nothing about many.
    pace = Pace()
    pace.follow(1, 0.5)
    assert pace.at_once == Pace().at_once


def test_messages_go_in_as_many_at_a_time_as_fit(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that takes 4 ms for each: 8 at first, then no more than fit."""
    told: list[tuple[int, float]] = []
    real = Pace.follow

    def follow(pace: Pace, number: int, locked_ms: float) -> None:
        if number:
            told.append((number, locked_ms))
        real(pace, number, 4.0 * number)

    monkeypatch.setattr(Pace, "follow", follow)
    shop = Shop(tmp_path, database)
    history = [
        shop.mail(f"c{n}@post.example", f"text {n}", raw=b"Subject: x\r\n\r\ny", receipt_at=shop.now() - DAY - n)
        for n in range(20)
    ]
    told.clear()
    assert shop.take(*map(Received, history), history=True).new == 20
    fit = int(AIM_MS / 4)
    assert [number for number, _ms in told][1:-1] == [fit] * (len(told) - 2)
    assert sum(number for number, _ms in told) == 20
    assert all(ms >= 0 for _number, ms in told)
    with shop.store.read() as tx:
        refs = [row["ref"] for row in tx.query("SELECT ref FROM conversations ORDER BY ref", {})]
        assert refs == list(range(refs[0], refs[0] + 20))
        assert tx.value("counter", name="conversation") == refs[-1]
    shop.store.close()


def test_one_that_the_database_refuses_holds_up_no_other(tmp_path: Path, database: str) -> None:
    """It is found out where all are stored, without anything asked in between."""
    shop = Shop(tmp_path, database)
    with shop.store.write() as tx:
        tx.execute_many("ALTER TABLE messages ADD CHECK (body <> 'poison')", [{}])
    letters = [shop.mail(f"c{n}@post.example", text, raw=b"source") for n, text in enumerate(["a", "poison", "c"])]
    report = shop.take(*map(Received, letters))
    assert (report.new, report.failed) == (3, 1)
    with shop.store.read() as tx:
        rows = tx.query("SELECT body, notice FROM messages ORDER BY body", {})
        changes = [row["seq"] for row in tx.query("SELECT seq FROM changes ORDER BY seq", {})]
    assert [row["body"] for row in rows] == ["", "a", "c"]
    assert rows[0]["notice"]
    assert changes == list(range(1, len(changes) + 1))
    shop.store.close()


def test_an_engine_that_lost_its_lease_stores_nothing(tmp_path: Path, database: str) -> None:
    """Even where it lost it behind its own look."""
    shop = Shop(tmp_path, database)
    real, looked = Writer.fence, []

    def fence(tx: Writer, epoch: int) -> None:
        real(tx, epoch)
        looked.append(epoch)
        if len(looked) == 1:
            with contextlib.closing(open_store(database)) as theirs, theirs.write() as other:
                other.execute_many("UPDATE leases SET epoch = epoch + 1 WHERE name = 'engine'", [{}])

    letter = shop.mail("c@post.example", "text")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(LeaseLost):
        patch.setattr(Writer, "fence", fence)
        shop.take(Received(letter))
    assert len(looked) == 1
    assert not shop.rows()
    shop.store.close()
