from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.scripted import World

from omni_tui.config.settings import InboxSettings, Settings
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.engine.channels import configured
from omni_tui.engine.crew import rules
from omni_tui.model.errors import ConfigError


def settings(**channels: dict[str, Any]) -> Settings:
    return Settings(Path("/etc/omni.toml"), channels=channels)


def test_a_channel_reads_its_password_when_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (channel,) = configured(settings(support={"kind": "scripted", "world": "world", "password_env": "PW"}))
    monkeypatch.setenv("PW", "hush")
    assert channel.name == "support"
    assert channel.address == "shop@shop.test"
    assert channel.secret() == "hush"


def test_every_problem_of_every_channel_is_told_at_once(world: World) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(
            settings(
                one={"kind": "scripted", "wrld": "world"},
                two={"kind": "scriptd", "world": "world"},
                three={"world": "world"},
                four={"kind": "scripted", "world": 7, "password_env": 3},
            )
        )
    told = {problem.key: problem for problem in caught.value.problems}
    assert told["channels.one.wrld"].near == "world"
    assert "channels.one.world" in told
    assert told["channels.two.kind"].near == "scripted"
    assert "channels.three.kind" in told
    assert {"channels.four.world", "channels.four.password_env"} <= told.keys()
    assert {problem.file for problem in caught.value.problems} == {"/etc/omni.toml"}


def test_what_is_ours_is_so_in_letters_of_its_own_too() -> None:
    ours = replace(settings(), inbox=InboxSettings(own_domains=("Müller.example", "@shop.example", "")))
    found = rules(ours, ())
    assert found.is_ours("ana@xn--mller-kva.example") and found.is_ours("bo@müller.example")
    assert found.is_ours("cy@SHOP.example") and not found.is_ours("cy@muller.example")
    mailbox = MailSettings("Support@Müller.example", "i", "s", aliases=("sales@shop.example",))
    assert mailbox.own_addresses == {"support@xn--mller-kva.example", "sales@shop.example"}
