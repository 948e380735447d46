"""Fixtures of the engine's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import scripted


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[scripted.World]:
    """A fake account named ``world``; the kind ``scripted`` is installed."""
    packages = tmp_path / "packages"
    scripted.announce(packages)
    monkeypatch.syspath_prepend(str(packages))
    scripted.WORLDS["world"] = scripted.World()
    yield scripted.WORLDS["world"]
    scripted.WORLDS.clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test's store will be."""
    directory = tmp_path / "data"
    directory.mkdir(mode=0o700)
    return directory / "omni.db"
