"""Files named on the command line, to be sent along with an answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from omni_tui.desk.files import from_disk
from omni_tui.model.commands import SentFile


def attached(paths: Sequence[Path]) -> tuple[SentFile, ...]:
    """The files with the types their names tell. Raises ``NotFound`` or ``UsageError``."""
    return tuple(map(from_disk, paths))
