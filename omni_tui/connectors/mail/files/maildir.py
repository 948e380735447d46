"""A Maildir as a source: ``cur`` and ``new`` of it and of its subfolders (cr.yp.to/proto/maildir.html, Maildir++).

A mail's file keeps its name up to the colon, wherever it goes and whatever becomes of its flags: by that it is known
again. What is delivered or moved meanwhile harms nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from omni_tui.connectors.mail.files.mbox_file import unreadable
from omni_tui.connectors.mail.files.model import FileMail, Known, writable
from omni_tui.connectors.mail.files.roles import Role, folder_role, utf7_name
from omni_tui.text.mail.model import BEGINNING_BYTES, MAX_BYTES

_AT_ONCE = 500
_PARTS = ("cur", "new")
_SECONDS_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Maildir:
    """One folder without those below it, which are sources of their own."""

    path: Path
    role: Role
    size: int

    @property
    def stream(self) -> str:
        """Its name in the store."""
        return f"maildir:{writable(os.fspath(self.path))}"

    def mails(self, cursor: str | None, known: Known) -> Iterator[FileMail]:
        """Every mail that is not ``known``, in no order."""
        del cursor  # files come and go: each is known by its own name
        passed = 0
        try:
            listing = _files(self.path)
            while some := list(islice(listing, _AT_ONCE)):
                had = known([_unique(entry.name) for entry in some])
                for entry in some:
                    try:
                        size = entry.stat().st_size
                        passed += size
                        if _unique(entry.name) in had:
                            continue
                        raw = _read(entry.path, size)
                    except FileNotFoundError:
                        continue  # moved or deleted since it was listed
                    yield FileMail(
                        locator=_unique(entry.name),
                        raw=raw,
                        size=size,
                        at=_delivered_at(entry),
                        flags=entry.name.rpartition(":2,")[2] if ":2," in entry.name else "",
                        role=self.role,
                        passed=passed,
                        cursor="{}",
                    )
        except OSError as error:
            raise unreadable(self.path, error) from error


def is_maildir(path: Path) -> bool:
    """Whether a directory is a Maildir."""
    return (path / "cur").is_dir() and (path / "new").is_dir()


def octets(path: Path) -> int:
    """The bytes of all its mails."""
    try:
        return sum(entry.stat().st_size for entry in _files(path))
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise unreadable(path, error) from error


def role_below(root: Path, path: Path) -> Role:
    """What the names of a folder below ``root`` say: ``.Sent.2023`` and ``Sent/2023`` are sent mail."""
    names = [root.name] if path == root else []
    for part in path.relative_to(root).parts:
        names += [utf7_name(name) for name in part.split(".") if name]
    return folder_role(tuple(names))


def _files(path: Path) -> Iterator[os.DirEntry[str]]:
    for part in _PARTS:
        with os.scandir(path / part) as listing:
            for entry in listing:
                if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                    yield entry


def _unique(name: str) -> str:
    return writable(name.partition(":")[0])


def _read(path: str, size: int) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(BEGINNING_BYTES if size > MAX_BYTES else -1)


def _delivered_at(entry: os.DirEntry[str]) -> int:
    """The seconds a delivered file's name begins with, else when it was written."""
    digits = entry.name.partition(".")[0]
    if digits.isascii() and digits.isdigit() and len(digits) == _SECONDS_DIGITS:
        return int(digits) * 1000
    return int(entry.stat().st_mtime * 1000)
