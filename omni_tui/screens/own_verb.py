"""A verb of the command line, run by the screen as a program of its own: what talks to channels, or takes long."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from omni_tui.model.errors import OmniError
from omni_tui.screens.store_link import in_daemon
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class Ended:
    """What a verb wrote to standard output and standard error, and its exit code."""

    out: bytes
    err: bytes
    code: int


async def run_verb(words: Sequence[str], environment: Mapping[str, str], stdin: bytes = b"") -> Ended:
    """Run ``omni-tui`` with these arguments, and ``environment`` beside our own; ``stdin`` is told to it, secrets too.

    Cancelled, the verb is killed. Raises OmniError where no program can be started.
    """
    process = _started(words, environment)
    try:
        out, err = await in_daemon(lambda: process.communicate(stdin))
    except asyncio.CancelledError:
        process.kill()
        raise
    return Ended(out, err, process.returncode)


def _started(words: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Not by asyncio: what that leaves of a program when its loop ends complains to the terminal."""
    try:
        return subprocess.Popen(
            (sys.executable, "-m", "omni_tui", *words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
            start_new_session=True,
        )
    except OSError as error:
        raise OmniError(_("The program could not be started: {reason}").format(reason=error.strerror)) from error
