"""A channel added to the configuration is followed by the engine that already works."""

from __future__ import annotations

from pathlib import Path

from support import truth
from support.engines import eventually, running, settings_of
from support.scripted import WORLDS, World
from support.shops import write_config

TABLE = {"kind": "scripted", "world": "world"}
OTHER = {"kind": "scripted", "world": "other", "address": "other@shop.test"}


async def test_a_channel_added_is_followed_without_a_restart(world: World, path: Path) -> None:
    other = WORLDS["other"] = World()
    other.mail("to the new one")
    world.mail("to the old one")
    config = write_config(path.with_name("config.toml"), {"support": TABLE})
    async with running(settings_of(path.parent, support=TABLE), path) as engine:
        await eventually(lambda: truth.bodies(path) == ["to the old one"])
        write_config(config, {"support": TABLE, "more": OTHER})
        await eventually(lambda: truth.bodies(path) == ["to the new one", "to the old one"])
        world.mail("still followed")
        await eventually(lambda: "still followed" in truth.bodies(path))
        assert not engine.task.done()


async def test_a_configuration_with_mistakes_changes_nothing(world: World, path: Path) -> None:
    config = write_config(path.with_name("config.toml"), {"support": TABLE})
    async with running(settings_of(path.parent, support=TABLE), path) as engine:
        await eventually(lambda: truth.health(path).get("support") == ("ok", ""))
        polled = world.polled
        write_config(config, {"support": {**TABLE, "wrld": "x"}})
        await eventually(lambda: world.polled > polled + 5)
        world.mail("still here")
        await eventually(lambda: truth.bodies(path) == ["still here"])
        assert world.closed == 0
        assert not engine.task.done()
