"""What every test can ask for: see ``support/servers.py``, ``support/postgres.py`` and ``support/stores.py``."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# What the program says is compared with English sentences, whatever the developer's language is. Before anything of
# it is imported: many sentences are said then.
os.environ["LANGUAGE"] = "en"

from omni_tui.engine.log import ROOT

pytest_plugins = ["support.lasting", "support.hang_guard", "support.servers", "support.postgres", "support.stores"]


def pytest_configure(config: pytest.Config) -> None:
    """How long an example takes says how busy the machine is. Without the long tests the same are tried each time, so
    that nobody's change is held up by what another one broke; with them, new ones.
    """
    always_the_same = "not long" in config.option.markexpr
    settings.register_profile(
        "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=always_the_same
    )
    settings.load_profile("here")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is made for all tests of a module (a browser, a server) is made by one worker, not by each of them."""
    for item in items:
        assert isinstance(item, pytest.Function)
        made = item._fixtureinfo.name2fixturedefs.values()
        if any(fixture.scope == "module" for overridden in made for fixture in overridden[-1:]):
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))


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
