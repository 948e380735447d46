from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shop import Shop


@pytest.fixture
def shop(tmp_path: Path, location: Path | str) -> Iterator[Shop]:
    """On both engines."""
    made = Shop(tmp_path / "store", location)
    yield made
    made.store.close()
