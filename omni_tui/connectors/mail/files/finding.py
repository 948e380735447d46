"""Which mailboxes there are below the paths a person names."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from omni_tui.connectors.mail.files.maildir import Maildir, is_maildir, octets, role_below
from omni_tui.connectors.mail.files.mbox_file import MboxFile, is_mbox, unreadable
from omni_tui.connectors.mail.files.model import FileUnreadable, Source
from omni_tui.connectors.mail.files.roles import Role, folder_role, utf7_name
from omni_tui.model.errors import NotFound
from omni_tui.text.i18n import _

_DEEPEST = 20
_ENDINGS = (".gz", ".mbox", ".mbx")


def find_sources(paths: Iterable[Path]) -> tuple[Source, ...]:
    """The mailboxes at ``paths`` and below them, each once.

    Raises :class:`NotFound` where there is nothing at a path, :class:`FileUnreadable` where there is no mailbox.
    """
    found: dict[str, Source] = {}
    for path in paths:
        place = path.expanduser().absolute()
        if not place.exists():
            raise NotFound(_("There is no file or directory {path}.").format(path=path))
        place = place.resolve()
        here = list(_below(place)) if place.is_dir() else list(_file(place, place))
        if not here:
            raise FileUnreadable(
                _("{path} is no mailbox.").format(path=path),
                _("Name an mbox file, plain or packed with gzip, a Maildir, or a directory of such."),
            )
        found |= {source.stream: source for source in here}
    return tuple(found.values())


def _below(root: Path) -> Iterator[Source]:
    """Maildirs and mbox files in a directory, sorted by name; links are not followed."""

    def failed(error: OSError) -> None:
        raise unreadable(Path(error.filename or root), error) from error

    for name, folders, files in os.walk(root, onerror=failed):
        here = Path(name)
        folders.sort()
        if is_maildir(here):
            yield Maildir(here, role_below(root, here), octets(here))
            # Its subfolders stand beside cur and new; its files are the program's own.
            folders[:] = [folder for folder in folders if folder not in ("cur", "new", "tmp")]
            continue
        if len(here.relative_to(root).parts) >= _DEEPEST:
            folders.clear()
        for file in sorted(files):
            path = here / file
            if path.is_file() and not path.is_symlink():
                yield from _file(root, path)


def _file(root: Path, path: Path) -> Iterator[Source]:
    if path.stat().st_size and is_mbox(path):
        yield MboxFile(path, _role(root, path), path.stat().st_size)


def _role(root: Path, path: Path) -> Role:
    """By the file's name and those of the directories below the one named: ``Sent``, ``Trash.sbd/2023``."""
    names = []
    for part in (path.name,) if path == root else path.relative_to(root).parts:
        for ending in (*_ENDINGS, ".sbd"):
            part = part.removesuffix(ending)
        names.append(utf7_name(part))
    return folder_role(tuple(names))
