"""Ends a test that hangs, with the stack of every thread: a run of the suite comes to its end and names it.

Under xdist only the worker that hung is ended; its test counts as failed and another worker takes its place.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Generator

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key

SHORT_S = 180
"""What an ordinary test takes at most, its fixtures included: many times what the slowest takes on two busy cores."""
LONG_S = 3600


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    patience_s = LONG_S if item.get_closest_marker("long") else SHORT_S
    # While a test runs, pytest has a file of its own where standard error was.
    screen = item.config.stash[fault_handler_stderr_fd_key]
    faulthandler.dump_traceback_later(patience_s, exit=True, file=screen)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()
