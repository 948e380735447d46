"""A file byte for byte, or standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from omni_tui.model.errors import NotFound, OmniError, UsageError
from omni_tui.text.i18n import _

_LARGEST = 64_000_000


def raw_of(file: str, nothing_given: UsageError) -> bytes:
    """What is in ``file``; ``-`` reads stdin, and raises ``nothing_given`` where that is a terminal."""
    if file == "-":
        if sys.stdin.isatty():
            raise nothing_given
        raw = sys.stdin.buffer.read(_LARGEST)
    else:
        path = Path(file).expanduser()
        try:
            with path.open("rb") as opened:
                raw = opened.read(_LARGEST)
        except FileNotFoundError as error:
            raise NotFound(_("There is no file {path}.").format(path=path)) from error
        except OSError as error:
            raise OmniError(_("{path} cannot be read: {reason}").format(path=path, reason=error.strerror)) from error
    if not raw.strip():
        raise UsageError(_("There is nothing in it."))
    return raw
