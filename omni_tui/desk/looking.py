"""A file looked at before anybody saves it: read in a process of its own, which ends when its time is over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile

from omni_tui.model.errors import OmniError
from omni_tui.text.i18n import _
from omni_tui.text.preview.model import Preview, Room

MODULE = "omni_tui.text.preview.process"
WALL_S = 15.0
"""Its processor time is limited to five seconds; this is for one that computes nothing and does not end."""
_ENVIRONMENT = ("PATH", "LANG", "LANGUAGE", "TZ", "HOME", "TMPDIR", "LD_LIBRARY_PATH")


def look(name: str, mime: str, data: bytes, room: Room) -> Preview:
    """What can be shown of a file. Takes up to ``WALL_S``: never on the event loop's thread.

    Raises OmniError where it took too much time or memory, or no process can be started.
    """
    environment = {
        key: value
        for key, value in os.environ.items()
        if key in _ENVIRONMENT or key.startswith(("LC_", "PYTHON", "COV_"))
    }
    question = json.dumps({"name": name, "mime": mime, "columns": room.columns, "rows": room.rows}).encode()
    with tempfile.TemporaryDirectory(prefix="omni-tui-", ignore_cleanup_errors=True) as folder:
        code, answer = _ask(question + b"\n" + data, folder, environment | {"TMPDIR": folder})
    if code or not answer:
        raise OmniError(
            _("Reading the file took too much time or memory."), _("Save it, and open it with a program of its own.")
        )
    from omni_tui.text.preview.process import preview_of

    return preview_of(json.loads(answer))


def _ask(question: bytes, folder: str, environment: dict[str, str]) -> tuple[int, bytes]:
    """Exit code and answer of the process, which works in ``folder``."""
    try:
        # -P: the current folder is nobody's to import from. A session of its own: what it starts ends with it.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise OmniError(
            _("No process could be started to read the file: {reason}").format(reason=error.strerror or error)
        ) from error
    with process:
        try:
            answer, _errors = process.communicate(question, timeout=WALL_S)
        except subprocess.TimeoutExpired:
            _end(process)
            answer = b""
        except BaseException:
            _end(process)
            raise
    return process.returncode, answer


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
