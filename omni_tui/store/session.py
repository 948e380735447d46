"""What a transaction needs of an engine: each of the two has a class of its own for it, and they behave alike."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Protocol

from omni_tui.store.dialect import Dialect

if TYPE_CHECKING:
    from omni_tui.model.events import Beginnings


class Row(Protocol):
    """A row answers by column name and by position."""

    def __getitem__(self, key: int | str, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> list[str]: ...


class Session(Protocol):
    """One transaction's way to the engine. SQL is portable, values are bound by ``:name``."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def now(self) -> int: ...

    def fetch(self, sql: str, values: Mapping[str, Any]) -> list[Row]: ...

    def fetch_together(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[Row]]:
        """The rows of each of a few different questions, in one round trip."""
        ...

    def keep(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Remember the answers to what was asked together, for the acts of this process that ask the same."""
        ...


class WriteSession(Session, Protocol):
    """A transaction that writes: the store's only one."""

    @property
    def counters(self) -> dict[str, int]:
        """Every counter as it stood when this transaction got the lock."""
        ...

    def number(self, counter: str, ahead: int) -> int:
        """The number that stands so far ahead of a counter, to be stored or to be counted with, not to be shown."""
        ...

    def fetch_each(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[Row]]:
        """The rows of each of many questions, those that differ in their values alone asked as one."""
        ...

    def send(self, sql: str, values: Mapping[str, Any]) -> None:
        """Execute, now or together with what comes next: what goes wrong may be raised by a later call."""
        ...

    def send_many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None: ...

    def touched(self, sql: str, values: Mapping[str, Any]) -> int:
        """Execute now; how many rows were written."""
        ...

    def part(self) -> contextlib.AbstractContextManager[None]:
        """A savepoint. All that goes wrong inside is raised inside."""
        ...

    def unknown(self, words: Set[str], told: Iterable[Beginnings]) -> Set[str]:
        """Those of ``words``, and of what readers ``told``, that the list of words may not have yet; once this is
        committed it has all of them.
        """
        ...

    @property
    def at_once(self) -> int:
        """How many arriving messages are best read ahead and written together: each round costs, and has the lock."""
        ...

    def took_in(self, number: int) -> None:
        """So many arriving messages are part of this write."""
        ...

    def is_long(self, share: float = 1.0) -> bool:
        """Whether the lock should be given to others soon; or whether that ``share`` of the time until then is over."""
        ...

    def announce(self) -> None:
        """Tell others that the feed goes on, when this is committed."""
        ...
