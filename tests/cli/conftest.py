from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shop import Shop


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is configured; the agent is ``ana``."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    for name in ("OMNI_TUI_CONFIG", "OMNI_TUI_STORE", "OMNI_TUI_DEBUG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    monkeypatch.setenv("LOGNAME", "ana")
    monkeypatch.setenv("TZ", "UTC")
    return folder


@pytest.fixture
def desk(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A store that every verb finds by itself, with the agents ``ana`` and ``bo`` and an engine's lease."""
    from omni_tui.desk import agents

    made = Shop(tmp_path / "store")
    agents.who(made.store, "bo", "Bo")
    monkeypatch.setenv("OMNI_TUI_STORE", str(made.store.path))
    yield made
    made.store.close()


@pytest.fixture
def three(desk: Shop) -> Shop:
    """Three customers who wrote, their conversations numbered in that order."""
    for name in ("eve", "finn", "gus"):
        desk.receive(f"{name}@example.com", f"Where is my parcel, {name}?", subject=f"Parcel of {name}")
    return desk
