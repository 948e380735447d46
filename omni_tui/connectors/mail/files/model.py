"""A mail as a file holds it, and what a reading of files brings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from omni_tui.connectors.mail.files.roles import Role
from omni_tui.model.errors import OmniError
from omni_tui.model.events import Batch

Known = Callable[[list[str]], set[str]]
"""Of these places those that were taken in already."""


def writable(name: str) -> str:
    """A file's name as a database takes it, whatever bytes it has; different names stay different."""
    return os.fsencode(name).decode("utf-8", "backslashreplace").replace("\0", "")


class FileUnreadable(OmniError):
    """A file that cannot be read, or holds no mail."""


@dataclass(frozen=True, slots=True)
class FileMail:
    """One mail of a file. ``locator`` is its place there, ``at`` when it was received (epoch ms), if that is known.

    ``size`` is in bytes; beyond the limit ``raw`` holds the beginning only. ``flags`` are Maildir's letters.
    ``passed`` are the bytes of the source read up to its end, ``cursor`` where to go on behind it.
    """

    locator: str
    raw: bytes = field(repr=False)
    size: int
    at: int | None
    flags: str
    role: Role
    passed: int
    cursor: str


class Source(Protocol):
    """Something mails are read from: ``stream`` is its name in the store, ``size`` the bytes there are to read."""

    @property
    def stream(self) -> str: ...

    @property
    def path(self) -> Path: ...

    @property
    def size(self) -> int: ...

    def mails(self, cursor: str | None, known: Known) -> Iterator[FileMail]:
        """The mails behind ``cursor`` that are not ``known``. Raises :class:`FileUnreadable`."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A batch read from a source; ``passed`` are the bytes read so far, ``skipped`` how many mails were left out."""

    batch: Batch
    passed: int
    skipped: Mapping[Role, int]
