"""When the inbox starts an engine of its own, and when it does not."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from support import truth
from support.engines import settings_of, wait_until

from omni_tui.config.settings import EngineSettings
from omni_tui.desk import lease
from omni_tui.engine.child import start_if_needed
from omni_tui.store import open_store

# Nobody listens there: the child works and tells that its channel fails.
TABLE = {
    "kind": "mail",
    "address": "shop@shop.test",
    "imap_host": "localhost",
    "imap_port": 1,
    "smtp_host": "localhost",
    "password_env": "SHOP_PASSWORD",
}


def test_no_child_where_none_is_needed(path: Path) -> None:
    store = open_store(path)
    settings = settings_of(path.parent, support=TABLE)
    assert start_if_needed(settings_of(path.parent), store) is None
    assert start_if_needed(replace(settings, engine=EngineSettings(autostart=False)), store) is None
    assert lease.take(store, "a service", 60_000) is not None
    assert start_if_needed(settings, store) is None
    store.close()


@pytest.mark.usefixtures("shop_config")
def test_a_child_works_until_it_is_stopped(path: Path) -> None:
    store = open_store(path)
    child = start_if_needed(settings_of(path.parent, support=TABLE), store)
    assert child is not None
    try:
        wait_until(lambda: truth.health(path).get("support", ("",))[0] == "failing")
        assert start_if_needed(settings_of(path.parent, support=TABLE), store) is None
        assert child.alive()
        assert "hush" not in " ".join(psutil.Process(child.pid).cmdline())
        child.stop()
        wait_until(lambda: not child.alive())
        assert lease.holder(store) is None
        log = path.with_name("engine.log").read_text()
        assert "channel support" in log
        assert "hush" not in log
        assert "Traceback" not in log
    finally:
        if child.alive():
            os.kill(child.pid, 9)
            wait_until(lambda: not child.alive())
        store.close()


@pytest.fixture
def shop_config(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration that the child reads."""
    lines = [f"{key} = {value if isinstance(value, int) else repr(value)}" for key, value in TABLE.items()]
    path.with_name("config.toml").write_text("[channels.support]\n" + "\n".join(lines) + "\n")
    monkeypatch.setenv("SHOP_PASSWORD", "hush")
