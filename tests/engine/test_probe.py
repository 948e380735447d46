from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.scripted import World

from omni_tui.config.settings import Settings
from omni_tui.engine import probe
from omni_tui.model.errors import ConfigError, NotFound, Permanent

TABLE = {"kind": "scripted", "world": "world"}


def test_a_channel_that_works_is_reported_with_its_preview(world: World) -> None:
    world.mail("Where is it?")
    report = probe.try_settings("scripted", {"world": "world"}, "secret")
    assert report.ok
    assert report.preview is not None
    assert report.preview.total == 1
    told = json.loads(json.dumps(report.as_dict()))
    assert told["ok"] is True
    assert told["preview"] == {"open": 1, "total": 1}
    assert world.closed == 1


def test_a_channel_that_fails_is_reported_in_words(world: World) -> None:
    world.always = Permanent("The password is wrong.")
    report = probe.check(Settings(Path("c.toml"), channels={"support": TABLE}), "support", with_preview=True)
    assert not report.ok
    assert report.preview is None
    assert report.checks[0].error == "The password is wrong."
    assert world.closed == 1


def test_unknown_channels_and_keys_are_refused(world: World) -> None:
    with pytest.raises(NotFound) as missing:
        probe.check(Settings(Path("c.toml"), channels={"support": TABLE}), "suport")
    assert "support" in missing.value.hint
    with pytest.raises(ConfigError):
        probe.try_settings("scripted", {"wrld": "world"}, "secret")
