"""The store as everybody sees it: snapshots to read, one way to write. Each engine has a class of its own behind it."""

from __future__ import annotations

import contextlib
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from omni_tui.model.errors import StoreError, StoreTooNew
from omni_tui.store.dialect import Dialect
from omni_tui.store.session import Row as Row
from omni_tui.store.transactions import LeaseLost as LeaseLost
from omni_tui.store.transactions import Tx as Tx
from omni_tui.store.transactions import Writer as Writer
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.store.watching import Ear

SCHEMA = 18
"""The schema number this program knows."""

T = TypeVar("T")


class Interrupted(StoreError):
    """A newer question made this read pointless."""


class Store(ABC):
    """An open store. Each thread that uses it gets connections of its own."""

    dialect: Dialect

    def __init__(self, location: Path | str) -> None:
        self.location = location
        """What :func:`open_store` takes to open it again."""
        self._local = threading.local()

    @property
    @abstractmethod
    def name(self) -> str:
        """The store for people to read: a path, or an address without its password."""

    @property
    def path(self) -> Path:
        """The store's file. Raises :class:`StoreError` where it is none."""
        if not isinstance(self.location, Path):
            raise StoreError(
                _("The store {name} is a database and no file.").format(name=self.name),
                _("Use the database's own tools for this, such as pg_dump, or omni-tui export."),
            )
        return self.location

    @abstractmethod
    def read(self) -> contextlib.AbstractContextManager[Tx]:
        """One consistent snapshot."""

    @abstractmethod
    def write(self) -> contextlib.AbstractContextManager[Writer]:
        """A write that a power cut may undo as a whole: what can be fetched again, and triage."""

    @abstractmethod
    def write_durable(self) -> contextlib.AbstractContextManager[Writer]:
        """A write on the disk when it returns, and on that of a synchronous standby: replies, notes, drafts, outbox."""

    def act(self, act: Callable[[Writer], T]) -> T:
        """What ``act`` returns, and what it writes stored as by :meth:`write`.

        On PostgreSQL nobody waits while it decides, and it may be done again: it must change nothing but the store.
        """
        with self.write() as tx:
            return act(tx)

    def act_durably(self, act: Callable[[Writer], T]) -> T:
        """The same, stored as by :meth:`write_durable`."""
        with self.write_durable() as tx:
            return act(tx)

    @abstractmethod
    def heard(self, changes: Iterable[tuple[str, str]] | None) -> None:
        """The feed told of these changes (entity and id), or (None) that everything may be another."""

    @abstractmethod
    def tidy(self) -> None:
        """Do what writes leave for later, between two of them and without the lock. Raises nothing."""

    @abstractmethod
    def data_version(self) -> int:
        """Changes whenever another connection committed, and now and then without. Costs microseconds."""

    def ear(self, told: Callable[[], None]) -> Ear | None:
        """What hears of writes, whoever makes them; None where one has to look. ``told`` is called from its thread."""
        return None

    @abstractmethod
    def close(self) -> None:
        """Close every connection of every thread."""

    @contextlib.contextmanager
    def droppable(self, dropped: Callable[[], bool]) -> Generator[None, None, None]:
        """Reads of this thread inside raise :class:`Interrupted` soon after ``dropped()`` turns true."""
        self._local.dropped = dropped
        try:
            yield
        finally:
            self._local.dropped = None

    def _is_dropped(self) -> bool:
        dropped: Callable[[], bool] | None = getattr(self._local, "dropped", None)
        return dropped is not None and dropped()


def refuse_event_loop() -> None:
    """Raise RuntimeError on the thread of a running event loop."""
    # A verb of the command line has no loop and need not pay for importing asyncio to learn that.
    events = sys.modules.get("asyncio.events")
    if events is not None and events._get_running_loop() is not None:
        raise RuntimeError("the store was asked on the event loop's thread")


def check_schema(number: int | None) -> None:
    """Raise :class:`StoreTooNew` when the store was upgraded since this program began."""
    if number != SCHEMA:
        raise StoreTooNew(
            _("The store was upgraded by another version of omni-tui."),
            _("It was upgraded, please restart omni-tui to go on."),
        )
