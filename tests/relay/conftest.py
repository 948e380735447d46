"""A relay with a chat, and a store that an engine with this chat as its channel fills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.chat import ORIGIN, chat_channel, chatting, hang_up
from support.relay import Relay
from support.shops import EngineProcess, write_config

from omni_tui.store import Store, open_store


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    with chatting(tmp_path / "relay", ORIGIN, "per_minute = 10000") as running:
        yield running
    hang_up()


@pytest.fixture
def store(tmp_path: Path, relay: Relay) -> Iterator[Store]:
    config = write_config(tmp_path / "config.toml", {"web": chat_channel(relay)})
    opened = open_store(tmp_path / "s" / "omni.db")
    with EngineProcess(config, opened.path):
        yield opened
    opened.close()
