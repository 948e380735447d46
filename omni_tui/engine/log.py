"""The engine's log: sentences, never a secret nor a customer's words; every line safe to show."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
from io import TextIOWrapper
from pathlib import Path

from omni_tui.text.clean import clean, clean_line

ROOT = "omni_tui"
NONE = ("", "")
"""Message and hint where there is no error."""
MAX_BYTES = 1_000_000
KEPT = 2


class CleanFormatter(logging.Formatter):
    """Whatever a server or a library put into a line is made harmless."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, without anything a terminal would obey."""
        return clean(super().format(record))


class _PrivateRotating(logging.handlers.RotatingFileHandler):
    """The file that follows a turned-over one is as private as the first."""

    def _open(self) -> TextIOWrapper:
        return open_private(Path(self.baseFilename))


def open_private(path: Path) -> TextIOWrapper:
    """``path`` for appending text, made readable by its owner only."""
    opened = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    return os.fdopen(opened, "a", encoding="utf-8", errors="backslashreplace")


def words(error: BaseException) -> tuple[str, str]:
    """Message and hint of an error of ours; of others only their kind, for they may quote anything."""
    message = getattr(error, "message", "")
    return (message, getattr(error, "hint", "")) if message else (type(error).__name__, "")


def sentence(error: BaseException) -> str:
    """What a person reads about ``error``: message and hint of ours, for others only their kind."""
    message, hint = words(error)
    # Some messages stand alone in a row or behind a name, without a stop of their own.
    stop = "." if hint and message[-1].isalnum() else ""
    return clean_line(f"{message}{stop} {hint}".strip())


def to_stderr() -> None:
    """Log to standard error, unless the program has already arranged its logging."""
    _install(logging.StreamHandler(sys.stderr))


def to_file(path: Path) -> None:
    """Log to ``path`` (mode 0600), turned over at 1 MB with two old files kept."""
    _install(_PrivateRotating(path, maxBytes=MAX_BYTES, backupCount=KEPT))


def _install(handler: logging.Handler) -> None:
    logger = logging.getLogger(ROOT)
    if logger.handlers:
        handler.close()
        return
    handler.setFormatter(CleanFormatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
