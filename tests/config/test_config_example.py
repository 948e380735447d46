"""``config.example.toml`` shows every key at its default."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import pytest

from omni_tui.config.load import SECTIONS, load_settings
from omni_tui.config.settings import Settings

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def shown() -> dict[str, Any]:
    """The example with every hidden setting in force."""
    return tomllib.loads(re.sub(r"^#(?=[a-z\[])", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE))


def default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def compare(section: Mapping[str, Any], cls: type[Any], extra: frozenset[str] = frozenset()) -> None:
    known = {field.name: field for field in fields(cls)}
    assert set(section) == set(known) | extra
    for name, field in known.items():
        value = tuple(section[name]) if isinstance(section[name], list) else section[name]
        if default(field) is not MISSING and name not in ("keys", "colours"):
            assert value == default(field), name


def test_as_it_stands_it_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMNI_TUI_STORE", raising=False)
    assert load_settings(EXAMPLE) == Settings(file=EXAMPLE)


@pytest.mark.parametrize("name", SECTIONS)
def test_every_key_at_its_default(name: str) -> None:
    compare(shown()[name], SECTIONS[name])


def test_no_other_section() -> None:
    assert (
        set(shown())
        == {field.name for field in fields(Settings)} - {"file", "kept"}
        == {*SECTIONS, "channels", "macros"}
    )


def test_every_key_of_a_mail_channel() -> None:
    from omni_tui.connectors.mail.settings import MailSettings

    compare(shown()["channels"]["support"], MailSettings, frozenset({"kind"}))


def test_every_key_of_a_channel_behind_a_relay() -> None:
    from omni_tui.connectors.chat.settings import ChatChannelSettings
    from omni_tui.connectors.webhook.settings import WebhookSettings

    channels = shown()["channels"]
    compare(channels["web"], ChatChannelSettings, frozenset({"kind", "password_command"}))
    compare(channels["form"], WebhookSettings, frozenset({"kind", "password_command"}))


def test_every_setting_has_its_reason() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#[a-z_]+ = ", line):
            before = lines[number - 1]
            # A second setting right below the first shares its words.
            assert before.startswith("#") and before != "#", line


def test_the_program_carries_it() -> None:
    from omni_tui import config

    assert Path(config.__file__).with_name("example.toml").read_text() == EXAMPLE.read_text()
