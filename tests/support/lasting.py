"""Importing this has a run of the tests keep what every test needs again, instead of making it anew for each.

Compiled modules: hundreds of tests start the program as a process, which would compile what it imports; and what is
collected: modules and tests are no garbage as long as the run lasts, and each look for some would go through them.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator

import pytest

# For the workers of xdist and the processes that tests start, and for this one: test modules are imported behind this.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
