"""One engine works at a time; another takes over when it is gone, and a strange one is refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from support import truth
from support.desk import agent_at
from support.engines import QUICK, eventually, running, settings_of
from support.scripted import World

from omni_tui.config.settings import Settings
from omni_tui.desk import lease
from omni_tui.engine.channels import configured
from omni_tui.engine.ending import Ending
from omni_tui.engine.run import Engine, run
from omni_tui.model.errors import Conflict, Permanent
from omni_tui.store import open_store

TABLE = {"kind": "scripted", "world": "world"}


@pytest.fixture
def settings(path: Path) -> Settings:
    return settings_of(path.parent, support=TABLE)


def holder(path: Path) -> str | None:
    found = truth.rows(path, "SELECT owner FROM leases WHERE until_at > unixepoch() * 1000")
    return found[0][0] if found else None


async def test_one_works_and_the_other_takes_over(world: World, path: Path, settings: Settings) -> None:
    async with running(settings, path) as first:
        owner = await eventually(holder, path)
        async with running(settings, path):
            world.mail("one")
            await eventually(lambda: truth.bodies(path) == ["one"])
            assert holder(path) == owner
            first.ending.stop.set()
            await first.end()
            await eventually(lambda: holder(path) not in (None, owner))
            world.mail("two")
            await eventually(lambda: truth.bodies(path) == ["one", "two"])
    assert holder(path) is None


async def test_an_engine_whose_lease_was_taken_stops_and_waits(world: World, path: Path, settings: Settings) -> None:
    async with running(settings, path, lease_ttl=60.0):
        await eventually(lambda: truth.health(path).get("support") == ("ok", ""))

        def rob() -> int:
            with agent_at(path) as (store, _agent):
                (epoch,) = truth.rows(path, "SELECT epoch FROM leases")[0]
                lease.release(store, truth.rows(path, "SELECT owner FROM leases")[0][0], epoch)
                return lease.take(store, "robber", 60_000) or 0

        stolen = await asyncio.to_thread(rob)
        assert stolen
        world.mail("not for the robbed one")
        await eventually(lambda: world.closed == 1)
        assert truth.bodies(path) == []

        def give_back() -> None:
            with agent_at(path) as (store, _agent):
                lease.release(store, "robber", stolen)

        await asyncio.to_thread(give_back)
        await eventually(lambda: truth.bodies(path) == ["not for the robbed one"])


async def test_a_lease_that_cannot_be_renewed_ends_the_work(world: World, path: Path, settings: Settings) -> None:
    timing = replace(QUICK, lease_ttl=60.0, lease_renew=0.1)
    async with running(settings, path, timing):
        first = await eventually(holder, path)

        def run_out() -> None:
            with agent_at(path) as (store, _agent), store.write() as tx:
                tx.run("release_lease", name="engine", owner=first, epoch=1)

        await asyncio.to_thread(run_out)
        assert await eventually(lambda: [row for row in truth.rows(path, "SELECT epoch FROM leases") if row[0] > 1])


def test_one_round_tells_by_its_exit_code(world: World, path: Path, settings: Settings) -> None:
    world.batch = 2
    for number in range(5):
        world.mail(f"mail {number}")
    store = open_store(path)
    assert run(settings, store, once=True, timing=QUICK) == 0
    assert len(truth.bodies(path)) == 5
    world.always = Permanent("The password is wrong.")
    assert run(settings, store, once=True, timing=QUICK) == 5
    assert truth.health(path)["support"] == ("failing", "The password is wrong.")
    assert holder(path) is None
    store.close()


def test_one_round_is_refused_while_another_engine_works(world: World, path: Path, settings: Settings) -> None:
    store = open_store(path)
    assert lease.take(store, "other", 60_000) is not None
    with pytest.raises(Conflict):
        run(settings, store, once=True, timing=QUICK)
    assert world.polled == 0
    store.close()


async def test_a_child_leaves_when_another_engine_works(world: World, path: Path, settings: Settings) -> None:
    async with running(settings, path):
        await eventually(holder, path)
        store = await asyncio.to_thread(open_store, path)
        child = Engine(settings, store, configured(settings), Ending(), QUICK)
        assert await child.serve(leave_if_held=True) == 0
        store.close()


def test_who_lacks_the_channels_of_a_store_does_not_work_for_it(world: World, path: Path, settings: Settings) -> None:
    store = open_store(path)
    assert run(settings, store, once=True, timing=QUICK) == 0
    with pytest.raises(Conflict, match="support"):
        run(settings_of(path.parent), store, timing=QUICK)
    assert holder(path) is None
    store.close()
