"""The text of a reply or note: from the command line or stdin."""

from __future__ import annotations

import sys

from omni_tui.model.errors import UsageError
from omni_tui.text.i18n import _


def body_of(text: str) -> str:
    """``text`` itself; ``-`` or nothing reads stdin to its end. Raises :class:`UsageError` when there is nothing."""
    if text and text != "-":
        return text
    if not text and sys.stdin.isatty():
        raise UsageError(
            _("There is no text."), _("Give it as an argument, or through a pipe: ... | omni-tui reply 1042")
        )
    raw = sys.stdin.buffer.read()
    try:
        body = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            _("The text on stdin is not UTF-8."), _("Convert it first, for example with iconv.")
        ) from error
    if not body.strip():
        raise UsageError(_("The text on stdin is empty."))
    return body
