"""The user's own editor on the text being written."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from omni_tui.model.errors import OmniError
from omni_tui.text.i18n import _


def edit(text: str) -> str:
    """``text`` as it comes back from ``$VISUAL`` or ``$EDITOR``; the terminal must be free. Raises OmniError."""
    command = _command(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    # A directory of its own: editors leave swap and backup files beside the text.
    with tempfile.TemporaryDirectory(prefix="omni-tui-") as directory:
        file = Path(directory) / "reply.txt"
        file.write_text(text, "utf-8")
        try:
            status = subprocess.run([*command, str(file)], check=False).returncode
        except OSError as error:
            raise OmniError(
                _("{command} could not be started.").format(command=command[0]),
                _("Set EDITOR to the editor you use."),
            ) from error
        if status != 0:
            raise OmniError(_("The editor ended with status {status}; the text is unchanged.").format(status=status))
        try:
            return file.read_text("utf-8", errors="replace").removesuffix("\n")
        except OSError as error:
            raise OmniError(_("The editor left no text behind; what was written is unchanged.")) from error


def _command(said: str) -> list[str]:
    try:
        return shlex.split(said) or ["vi"]
    except ValueError as error:
        hint = _("A quote has no end in it. Set EDITOR to the editor you use.")
        raise OmniError(_("{command} could not be started.").format(command=said), hint) from error
