"""Files named on the command line, to be sent along with an answer."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path

from omni_tui.model.commands import SentFile
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.text.i18n import _

LARGEST = 25_000_000


def attached(paths: Sequence[Path]) -> tuple[SentFile, ...]:
    """The files with the types their names tell. Raises ``NotFound`` or ``UsageError``."""
    return tuple(map(_attached, paths))


def _attached(path: Path) -> SentFile:
    path = path.expanduser()
    try:
        if not path.is_file():
            raise NotFound(_("There is no file {path}.").format(path=path))
        if path.stat().st_size > LARGEST:
            raise UsageError(
                _("{path} is larger than {limit} MB.").format(path=path, limit=LARGEST // 1_000_000),
                _("Put it where the customer can fetch it, and send the link."),
            )
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(_("{path} cannot be read: {reason}").format(path=path, reason=error.strerror)) from error
    mime, encoding = mimetypes.guess_type(path.name)
    return SentFile(path.name, mime if mime and not encoding else "application/octet-stream", data)
