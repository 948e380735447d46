"""Channels followed: what arrives is stored, what fails is told and waited out, and nobody waits for another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support import truth
from support.engines import eventually, running, settings_of
from support.scripted import WORLDS, World

from omni_tui.model.errors import Permanent, Retry

TABLE = {"kind": "scripted", "world": "world"}


async def test_what_arrives_is_stored_once(world: World, path: Path) -> None:
    world.batch = 3
    for number in range(10):
        world.mail(f"before {number}")
    async with running(settings_of(path.parent, support=TABLE), path):
        await eventually(lambda: len(truth.bodies(path)) == 10)
        world.mail("later")
        await eventually(lambda: "later" in truth.bodies(path))
        await eventually(lambda: truth.health(path) == {"support": ("ok", "")})
    assert len(truth.bodies(path)) == 11
    assert world.closed == 1


async def test_a_later_engine_goes_on_where_the_first_ended(world: World, path: Path) -> None:
    world.mail("one")
    settings = settings_of(path.parent, support=TABLE)
    async with running(settings, path):
        await eventually(lambda: truth.bodies(path) == ["one"])
    world.mail("two")
    async with running(settings, path):
        await eventually(lambda: truth.bodies(path) == ["one", "two"])


async def test_a_channel_that_fails_says_so_and_the_other_goes_on(world: World, path: Path) -> None:
    other = WORLDS["other"] = World()
    world.always = Permanent("The password is wrong.", "Check password_command.")
    settings = settings_of(path.parent, broken=TABLE, sound={**TABLE, "world": "other"})
    async with running(settings, path):
        await eventually(lambda: truth.health(path).get("broken", ("",))[0] == "failing")
        other.mail("still here")
        await eventually(lambda: truth.bodies(path) == ["still here"])
        await eventually(lambda: truth.health(path)["sound"] == ("ok", ""))
        assert truth.health(path)["broken"] == ("failing", "The password is wrong. Check password_command.")
        assert truth.rows(path, "SELECT next_try_at FROM channels WHERE name = 'broken'")[0][0] is not None
        world.mail("mended")
        world.always = None
        await eventually(lambda: truth.bodies(path) == ["mended", "still here"])
        await eventually(lambda: truth.health(path)["broken"] == ("ok", ""))


@pytest.mark.parametrize("error", [Retry("The server is away."), RuntimeError("a bug"), OSError(5, "broken")])
async def test_what_fails_is_tried_again(world: World, path: Path, error: Exception) -> None:
    world.poll_errors.extend([error, error, error])
    world.mail("patience")
    async with running(settings_of(path.parent, support=TABLE), path):
        await eventually(lambda: truth.bodies(path) == ["patience"])
        await eventually(lambda: truth.health(path) == {"support": ("ok", "")})
    assert world.polled >= 4


async def test_a_quiet_channel_that_does_not_wait_is_not_asked_without_pause(world: World, path: Path) -> None:
    async with running(settings_of(path.parent, support=TABLE), path, poll_wait=0.0, poll_gap=3600.0):
        await eventually(lambda: truth.health(path).get("support") == ("ok", ""))
        world.mail("not looked for yet")
        # Other work goes on meanwhile, so a second poll would have had its turn.
        for _turn in range(100):
            await asyncio.sleep(0)
    assert world.polled == 1


async def test_a_quiet_channel_is_known_to_be_well_before_anything_arrives(world: World, path: Path) -> None:
    async with running(settings_of(path.parent, support=TABLE), path, poll_wait=3600.0):
        await eventually(lambda: truth.health(path).get("support") == ("ok", ""))
        world.always = Permanent("The password is wrong.")
        await eventually(lambda: truth.health(path)["support"][0] == "failing")
        world.always = None
        await eventually(lambda: truth.health(path)["support"] == ("ok", ""))


async def test_what_could_not_be_stored_is_fetched_again(world: World, path: Path) -> None:
    async with running(settings_of(path.parent, support=TABLE), path):
        await eventually(lambda: truth.health(path).get("support") == ("ok", ""))
        refusal = "CREATE TRIGGER refusal BEFORE UPDATE ON streams BEGIN SELECT RAISE(ABORT, 'refused'); END"
        await asyncio.to_thread(truth.change, path, refusal)
        world.mail("again")
        await eventually(lambda: truth.health(path)["support"][0] == "failing")
        assert truth.bodies(path) == []
        await asyncio.to_thread(truth.change, path, "DROP TRIGGER refusal")
        await eventually(lambda: truth.bodies(path) == ["again"])
        await eventually(lambda: truth.health(path)["support"] == ("ok", ""))
