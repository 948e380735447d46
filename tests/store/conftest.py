"""What tests of archives begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.filled import fill
from support.shop import Shop

from omni_tui.store import Store, open_store
from omni_tui.store.export import export_file


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another such archive, made once: for tests that have no use for its store."""
    folder = tmp_path_factory.mktemp("packed")
    made = Shop(folder / "store")
    fill(made)
    export_file(made.store, folder / "packed.tar.gz")
    made.store.close()
    return folder / "packed.tar.gz"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "empty" / "omni.db")
    yield store
    store.close()
