"""psycopg's pipeline, speaking once for each round trip.

By itself it goes to the network with every statement: a write of ten would wake up the server ten times while everybody
waits for the lock. Here libpq holds what is executed until it is told to go.
https://www.psycopg.org/psycopg3/docs/advanced/pipeline.html, "Pipeline mode: how it works"
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import Any

import psycopg
from psycopg import generators


class Held(psycopg.Pipeline):
    """A pipeline whose statements go out inside :meth:`going`, all at once."""

    _goes = False

    @contextlib.contextmanager
    def going(self) -> Generator[None, None, None]:
        """Inside, what was executed is sent."""
        self._goes = True
        try:
            yield
        finally:
            self._goes = False

    def _communicate_gen(self) -> Generator[Any, Any, None]:
        if not self._goes:
            return
        # Handed to libpq only now: of what is larger than its buffer it sends the beginning, and with it the lock is
        # taken, while the rest is still to be thought of.
        while self.command_queue:
            self.command_queue.popleft()()
        # To the last byte: the server answers nothing before it heard the Sync at the end.
        yield from generators.send(self.pgconn)
