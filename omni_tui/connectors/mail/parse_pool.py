"""Reads mails in processes of their own, two at a time: one that kills its process is kept unread, the rest go on."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from omni_tui.connectors.mail.message import unparsed_mail
from omni_tui.connectors.mail.parse_process import READY, SECONDS
from omni_tui.connectors.mail.parse_wire import RawMail, mail_values, message_of, pack, unpack
from omni_tui.model.errors import Retry
from omni_tui.model.events import RemoteMessage
from omni_tui.text.i18n import _

MODULE = "omni_tui.connectors.mail.parse_process"
PROCESSES = max(1, min(2, os.cpu_count() or 1))
CHUNK_MAILS, CHUNK_OCTETS = 24, 512 * 1024
SILENCE_S = 60.0
"""A process that computes is ended by its own timer long before; this one is for a process that does not."""
REST_S = 60.0
"""A process nobody needed for so long is let go."""
_BROKEN = (EOFError, OSError, TypeError, ValueError, KeyError, AttributeError)
_ENVIRONMENT = ("PATH", "LANG", "LANGUAGE", "TZ", "HOME", "TMPDIR", "SYSTEMROOT")


class ParsePool:
    """Processes are started when they are needed. Used from several threads."""

    def __init__(self, processes: int = PROCESSES) -> None:
        self._free: queue.LifoQueue[_Process] = queue.LifoQueue()
        for _number in range(processes):
            self._free.put(_Process())
        self._processes = processes
        self._ended = False

    def read(self, mails: Sequence[RawMail]) -> list[RemoteMessage]:
        """The messages in ``mails``, in the same order. Raises ``Retry`` where no process can be started.

        A mail is kept unread if its time was over, or if its process ended twice: once may have been somebody else.
        """
        chunks = deque(_chunks(mails))
        found: dict[int, RemoteMessage] = {}
        suspects: set[int] = set()
        busy: dict[_Process, deque[int]] = {}
        try:
            while chunks or busy:
                while chunks and (process := self._take(wait=not busy)) is not None:
                    busy[process] = chunks.popleft()
                    process.ask([mails[place] for place in busy[process]])
                for process in _answering(busy):
                    waiting = busy[process]
                    place = waiting[0]
                    try:
                        found[place] = message_of(process.answer(), mails[place])
                        waiting.popleft()
                    except _BROKEN:
                        over, reason = process.end()
                        if over or place in suspects:
                            mail = mails[place]
                            reason = mail.unreadable or reason
                            found[place] = unparsed_mail(mail.raw, mail.locator, mail.receipt_at, reason)
                            waiting.popleft()
                        suspects.add(place)
                        if waiting:
                            process.ask([mails[place] for place in waiting])
                    if not waiting:
                        del busy[process]
                        self._free.put(process)
        except BaseException:
            for process in busy:
                process.end()
                self._free.put(process)
            raise
        return [found[place] for place in range(len(mails))]

    def rest(self) -> None:
        """Let go of processes nobody needed for a while."""
        for _number in range(self._processes):
            try:
                process = self._free.get_nowait()
            except queue.Empty:
                return
            if time.monotonic() - process.used_at > REST_S:
                process.end()
            self._free.put(process)

    def close(self) -> None:
        """End every process that is free, and the others as soon as they are."""
        self._ended = True
        for _number in range(self._processes):
            with contextlib.suppress(queue.Empty):
                self._free.get_nowait().end()

    def _take(self, *, wait: bool) -> _Process | None:
        while True:
            if self._ended:
                raise Retry(_("The channel was closed"))
            try:
                return self._free.get(block=wait, timeout=0.2)
            except queue.Empty:
                if not wait:
                    return None


class _Process:
    """One process, started at its first question. Of one thread at a time."""

    def __init__(self) -> None:
        self._popen: subprocess.Popen[bytes] | None = None
        self.used_at = 0.0

    def ask(self, mails: Sequence[RawMail]) -> None:
        """Send a question, once the answers to the one before are all there."""
        if self._popen is not None and self._popen.poll() is not None:
            self.end()
        if self._popen is None:
            self._popen = _start()
            try:
                ready = self.answer() == READY
            except (EOFError, OSError, ValueError):
                ready = False
            if not ready:
                self.end()
                raise Retry(_("The program that reads mail does not start."), _("The engine's log says why."))
        assert self._popen.stdin is not None
        # Whoever reads us reads a whole question before it answers; if it died meanwhile, answer() says so.
        with contextlib.suppress(OSError):
            self._popen.stdin.write(pack([mail_values(mail) for mail in mails]))
            self._popen.stdin.flush()

    def fileno(self) -> int:
        assert self._popen is not None and self._popen.stdout is not None
        return self._popen.stdout.fileno()

    def answer(self) -> Any:
        """The next answer. Raises EOFError where the process ended."""
        assert self._popen is not None and self._popen.stdout is not None
        self.used_at = time.monotonic()
        return unpack(self._read)

    def _read(self, size: int) -> bytes:
        # Unbuffered: what is left in a buffer would be invisible to select.
        pieces: list[bytes] = []
        while size and (piece := os.read(self.fileno(), min(size, 1 << 20))):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def kill(self) -> None:
        """Let its answer be the end."""
        if self._popen is not None:
            self._popen.kill()

    def end(self) -> tuple[bool, str]:
        """Kill it; whether its time for a mail was over, and why it must have ended, in words."""
        if self._popen is None:
            return False, ""
        popen, self._popen = self._popen, None
        popen.kill()  # one that is dead already keeps its own reason
        for pipe in (popen.stdin, popen.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        if popen.wait() == -signal.SIGPROF:
            return True, _("Reading this mail took more than {seconds} s.").format(seconds=round(SECONDS))
        return False, _("Reading this mail made the program that reads it end.")


def _start() -> subprocess.Popen[bytes]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in _ENVIRONMENT or name.startswith(("LC_", "PYTHON", "COV_"))
    }
    try:
        return subprocess.Popen(
            # -P: the current folder is nobody's to import from.
            [sys.executable, "-P", "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            bufsize=-1,
        )
    except OSError as error:
        raise Retry(
            _("No process could be started to read mail: {reason}").format(reason=error.strerror or error)
        ) from error


def _answering(busy: dict[_Process, deque[int]]) -> list[_Process]:
    """Those with an answer, or dead; those that keep silent for too long are killed first."""
    ready = select.select(list(busy), [], [], SILENCE_S)[0]
    if not ready:
        for process in busy:
            process.kill()
    return list(ready) if ready else list(busy)


def _chunks(mails: Sequence[RawMail]) -> list[deque[int]]:
    """Places of ``mails`` in pieces small enough that both processes have something to do."""
    chunks: list[deque[int]] = []
    held = 0
    for place, mail in enumerate(mails):
        if not chunks or len(chunks[-1]) >= CHUNK_MAILS or held + len(mail.raw) > CHUNK_OCTETS:
            chunks.append(deque())
            held = 0
        chunks[-1].append(place)
        held += len(mail.raw)
    return chunks
