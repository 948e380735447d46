"""Tar, as little of it as an archive needs: plain files in a known order, written and read in one go.

The headers are the standard library's (``tarfile.TarInfo``, GNU format for sizes past 8 GiB); its ``TarFile`` keeps
every member in memory, and a store of a million messages has as many.
"""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import IO, BinaryIO

from omni_tui.store.archive.rows import damaged
from omni_tui.text.i18n import _

PIECE = 1 << 20
BLOCK = tarfile.BLOCKSIZE
LEVEL = 4
"""Of compression: twice as fast as the usual 6, and a few percent larger."""
_END = b"\0" * (2 * BLOCK)


class TarWriter:
    """Files one after another into a ``.tar.gz`` whose bytes depend on nothing but them."""

    def __init__(self, target: IO[bytes]) -> None:
        self._out = gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0, compresslevel=LEVEL)

    def add(self, name: str, size: int, pieces: Iterable[bytes]) -> None:
        """A file of ``size`` bytes; ``pieces`` must be exactly as many."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._out.write(info.tobuf(tarfile.GNU_FORMAT))
        left = size
        for piece in pieces:
            self._out.write(piece)
            left -= len(piece)
        if left:
            raise ValueError(f"{name} has not the size it should have")
        self._out.write(b"\0" * (-size % BLOCK))

    def close(self) -> None:
        """Write the end."""
        self._out.write(_END)
        self._out.close()


class TarReader:
    """The files of a ``.tar.gz``, asked for in the order they stand in it."""

    def __init__(self, source: BinaryIO) -> None:
        self._in = gzip.GzipFile(fileobj=source, mode="rb")

    def file(self, name: str, size: int | None = None) -> AbstractContextManager[Iterator[bytes]]:
        """The pieces of the next file, which must be ``name`` and have ``size`` bytes."""
        return self._file(name, size)

    @contextmanager
    def _file(self, name: str, size: int | None) -> Iterator[Iterator[bytes]]:
        header = self._read(BLOCK)
        try:
            info = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            raise damaged(_("{name} is missing").format(name=name)) from error
        if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or info.name != name:
            raise damaged(_("{name} is missing or not in its place").format(name=name))
        if info.size < 0 or (size is not None and info.size != size):
            raise damaged(_("{name} has not the size it should have").format(name=name))
        left = info.size

        def pieces() -> Iterator[bytes]:
            nonlocal left
            while left:
                piece = self._read(min(left, PIECE))
                left -= len(piece)
                yield piece

        yield pieces()
        for _piece in pieces():
            pass
        self._read(-info.size % BLOCK)

    def finish(self) -> None:
        """Raise ArchiveError unless the archive ends here, whole."""
        if self._read(2 * BLOCK) != _END or self._some(1):
            raise damaged(_("it goes on behind its end"))

    def _read(self, size: int) -> bytes:
        data = self._some(size)
        if len(data) < size:
            raise damaged(_("it ends too early"))
        return data

    def _some(self, size: int) -> bytes:
        try:
            return self._in.read(size)
        except (EOFError, OSError, zlib.error) as error:
            raise damaged(_("it is cut off or was changed ({error})").format(error=error)) from error

    def close(self) -> None:
        """Let go of the source's decompressor."""
        self._in.close()
