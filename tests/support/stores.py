"""The two engines of the store: whoever asks for ``location`` or ``store`` is run on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.store import Store
from support.new_store import open_new


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """What ``open_store`` takes, for a store with nothing in it."""
    if request.param == "sqlite":
        return tmp_path / "store" / "omni.db"
    url: str = request.getfixturevalue("database")
    return url


@pytest.fixture
def store(location: Path | str) -> Iterator[Store]:
    """A store with nothing in it."""
    made = open_new(location)
    yield made
    made.close()
