"""Old backups make room for new ones; a backup that is not whole counts for nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from omni_tui.model.errors import OmniError
from omni_tui.store.backup import check
from omni_tui.store.export import SUFFIXES
from omni_tui.store.store import Store

_STAMP = r"-(\d{4}-\d\d-\d\d-\d{6})"


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of the backups in a directory: each newest first."""

    kept: tuple[Path, ...]
    removed: tuple[Path, ...]
    damaged: tuple[Path, ...]
    """They count for nothing and are left for somebody to look at."""


def stem_of(store: Store) -> str:
    """What the names of a store's backups begin with: its file's name, or its database's."""
    if store.dialect == "sqlite":
        return store.path.stem
    return re.sub(r"[^\w.-]", "_", urlsplit(str(store.location)).path.strip("/")) or "omni"


def dated(stem: str, suffix: str, at: datetime) -> str:
    """The name of a backup of the store ``stem`` made at ``at``."""
    return f"{stem}-{at.strftime('%Y-%m-%d-%H%M%S')}{suffix}"


def backups(folder: Path, stem: str) -> tuple[Path, ...]:
    """The files in ``folder`` whose names say that they are backups of the store ``stem``, newest first."""
    endings = "|".join(re.escape(each) for each in (".db", *SUFFIXES))
    pattern = re.compile(re.escape(stem) + _STAMP + f"(?:{endings})")
    found = [(match.group(1), file) for file in folder.iterdir() if (match := pattern.fullmatch(file.name))]
    return tuple(file for _stamp, file in sorted(found, reverse=True) if file.is_file() and not file.is_symlink())


def rotate(folder: Path, stem: str, keep: int, *, made: Path, dry_run: bool = False) -> Rotation:
    """Keep ``made``, just checked, and the newest whole backups of ``stem`` up to ``keep``; remove the older ones."""
    kept: list[Path] = [made]
    removed: list[Path] = []
    damaged: list[Path] = []
    for file in backups(folder, stem):
        if file == made:
            continue
        if not is_whole(file):
            damaged.append(file)
        elif len(kept) < keep:
            kept.append(file)
        else:
            removed.append(file)
            if not dry_run:
                file.unlink(missing_ok=True)
    return Rotation(tuple(kept), tuple(removed), tuple(damaged))


def newest_whole(folder: Path, stem: str) -> Path | None:
    """The backup to restore: the newest that passes its check."""
    return next((file for file in backups(folder, stem) if is_whole(file)), None)


def is_whole(file: Path) -> bool:
    """Whether a backup passes its check."""
    from omni_tui.store.verifying import verify

    try:
        if file.name.endswith(SUFFIXES):
            verify(file)
        else:
            check(file)
    except OmniError:
        return False
    return True
