"""An archive unpacked: the same files in a directory, read by the names we expect and no others."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from omni_tui.store.archive.rows import damaged
from omni_tui.store.archive.tarball import PIECE
from omni_tui.text.i18n import _


class FolderReader:
    """The files of a directory, in any order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, name: str, size: int | None = None) -> AbstractContextManager[Iterator[bytes]]:
        """The pieces of the file ``name``, which must have ``size`` bytes."""
        return self._file(name, size)

    @contextmanager
    def _file(self, name: str, size: int | None) -> Iterator[Iterator[bytes]]:
        try:
            # A link could lead anywhere, and a pipe would never end.
            opened = os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise damaged(_("{name} cannot be read ({error})").format(name=name, error=error.strerror)) from error
        with os.fdopen(opened, "rb") as source:
            seen = os.fstat(opened)
            if not stat.S_ISREG(seen.st_mode):
                raise damaged(_("{name} is no file").format(name=name))
            if size is not None and seen.st_size != size:
                raise damaged(_("{name} has not the size it should have").format(name=name))
            left = seen.st_size

            def pieces() -> Iterator[bytes]:
                nonlocal left
                while left:
                    piece = source.read(min(left, PIECE))
                    if not piece:
                        raise damaged(_("{name} ends too early").format(name=name))
                    left -= len(piece)
                    yield piece

            yield pieces()

    def finish(self) -> None:
        """What else may lie in the directory was never looked at."""

    def close(self) -> None:
        """Nothing is held open."""
