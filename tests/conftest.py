"""What every test can ask for: see ``support/servers.py``, ``support/postgres.py`` and ``support/stores.py``."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest

# What the program says is compared with English sentences, whatever the developer's language is. Before anything of
# it is imported: many sentences are said then.
os.environ["LANGUAGE"] = "en"

from omni_tui.engine.log import ROOT

pytest_plugins = ["support.servers", "support.postgres", "support.stores"]


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """A test that runs the engine within itself arranges the program's logging: not for those behind it."""
    yield
    logger = logging.getLogger(ROOT)
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
        handler.close()
    logger.propagate = True
    logger.setLevel(logging.NOTSET)
