"""An mbox file as a source: plain or gzip'd, gone on with where an earlier reading stopped."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from omni_tui.connectors.mail.files.mbox import LONGEST_LINE, UTF8_MARK, is_separator, read_mbox
from omni_tui.connectors.mail.files.model import FileMail, FileUnreadable, Known, writable
from omni_tui.connectors.mail.files.roles import Role
from omni_tui.text.i18n import _

_GZIP = b"\x1f\x8b"
_HEAD = 4096
"""Bytes at the beginning by which a file is known again."""


@dataclass(frozen=True, slots=True)
class MboxFile:
    """``role`` is what its name says of its mails."""

    path: Path
    role: Role
    size: int

    @property
    def stream(self) -> str:
        """Its name in the store."""
        return f"mbox:{writable(os.fspath(self.path))}"

    def mails(self, cursor: str | None, known: Known) -> Iterator[FileMail]:
        """The mails behind ``cursor``; all of them if that belongs to another file."""
        del known  # its cursor knows better
        try:
            with self.path.open("rb") as file, _unpacked(file) as stream:
                head = stream.read(_HEAD)
                offset = _offset(cursor, head)
                stream.seek(offset)
                # A mail cut off when it was read last, or a file written anew behind its beginning.
                if offset and not _goes_on(stream):
                    offset = 0
                stream.seek(offset)
                for mail in read_mbox(stream, offset):
                    yield FileMail(
                        locator=str(mail.start),
                        raw=mail.raw,
                        size=mail.size,
                        at=mail.at,
                        flags="",
                        role=self.role,
                        passed=mail.end if stream is file else file.tell(),
                        cursor=_cursor(mail.end, head),
                    )
        except (OSError, EOFError, zlib.error) as error:
            raise unreadable(self.path, error) from error


def is_mbox(path: Path) -> bool:
    """Whether a file begins as an mbox does. Raises :class:`FileUnreadable`."""
    try:
        with path.open("rb") as file, _unpacked(file) as stream:
            begin = stream.read(LONGEST_LINE).removeprefix(UTF8_MARK).lstrip(b"\r\n")
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return False
    except OSError as error:
        raise unreadable(path, error) from error
    line, _end, rest = begin.partition(b"\n")
    return is_separator(line) or (line.startswith(b"From ") and b":" in rest.partition(b"\n")[0])


def unreadable(path: Path, error: Exception) -> FileUnreadable:
    """The error in words."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return FileUnreadable(
        _("{path} could not be read: {reason}.").format(path=path, reason=reason.rstrip(".")),
        _("What was read before is stored. Run the same command again to go on."),
    )


def _unpacked(file: BinaryIO) -> BinaryIO:
    packed = file.read(2) == _GZIP
    file.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file


def _offset(cursor: str | None, head: bytes) -> int:
    if cursor is None:
        return 0
    try:
        found = json.loads(cursor)
        length = int(found["head_bytes"])
        if found["v"] != 1 or length > len(head) or found["head"] != _mark(head[:length]):
            return 0
        return max(0, int(found["offset"]))
    except (ValueError, KeyError, TypeError):
        return 0


def _goes_on(stream: BinaryIO) -> bool:
    """Whether a mail, or nothing, stands here."""
    rest = stream.read(LONGEST_LINE)
    return not rest or rest.startswith(b"From ")


def _cursor(offset: int, head: bytes) -> str:
    return json.dumps({"v": 1, "offset": offset, "head_bytes": len(head), "head": _mark(head)}, separators=(",", ":"))


def _mark(head: bytes) -> str:
    return hashlib.sha256(head).hexdigest()[:16]
