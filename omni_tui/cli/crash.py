"""What an unexpected error leaves behind: a sentence, and the traceback in a private log."""

from __future__ import annotations

import os
import sys
import traceback
from datetime import datetime

from omni_tui import __version__
from omni_tui.cli import output
from omni_tui.config import paths
from omni_tui.text.clean import clean
from omni_tui.text.i18n import _


def record(error: Exception) -> tuple[str, str]:
    """The sentence and the hint for an error nobody foresaw.

    Its traceback, without the values of variables, goes to ``error.log`` in the data directory; with
    ``OMNI_TUI_DEBUG`` set also to stderr.
    """
    trace = clean("".join(traceback.format_exception(error)))
    if os.environ.get("OMNI_TUI_DEBUG"):
        output.say(trace)
    message = _("omni-tui met an error it does not know: {kind}.").format(kind=type(error).__name__)
    log = paths.data_dir() / "error.log"
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(f"{when} omni-tui {__version__} {' '.join(sys.argv[1:2])}\n{trace}\n")
    except OSError as failed:
        reason = failed.strerror or str(failed)
        return message, _("It could not be written down: {log}: {reason}").format(log=log, reason=reason)
    return message, _("What led to it is in {log}; please report it.").format(log=log)
