"""Reads mails in processes of their own, two at a time: one that kills its process is kept unread, the rest go on."""

from __future__ import annotations

import contextlib
import fcntl
import os
import queue
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from omni_tui.connectors.mail.interrupts import held_back
from omni_tui.connectors.mail.message import unparsed_mail
from omni_tui.connectors.mail.parse_process import READY, SECONDS
from omni_tui.connectors.mail.parse_wire import RawMail, Told, frames, mail_values, message_of, pack_in_parts
from omni_tui.model.errors import Retry
from omni_tui.model.events import RemoteMessage
from omni_tui.text.i18n import _

MODULE = "omni_tui.connectors.mail.parse_process"
PROCESSES = max(1, min(2, os.cpu_count() or 1))
CHUNK_MAILS, CHUNK_OCTETS = 24, 512 * 1024
FEW = 120
"""Mails that one process reads in less time than another one takes to start."""
SILENCE_S = 60.0
"""A process that computes is ended by its own timer long before; this one is for a process that does not."""
REST_S = 60.0
"""A process nobody needed for so long is let go."""
GIVES_WAY = 10
"""How much nicer than we are a process is (nice(2)): two of them would take a third of a core from the thread that
stores what they read, and in a first sync everything waits for that one. With 5 it would wait for a core a quarter of
its time; with more than 10 they would have next to nothing beside a program that computes.
"""
PIPE_OCTETS = 1 << 20
"""What a pipe to or from a process holds where the system allows it; else it is 64 KB or so."""
READ_OCTETS = 1 << 17
GATHER_MAILS, GATHER_S = 12, 0.005
"""While every process has more than so many mails to read, nobody looks at its answers for so many seconds: waking up
for each one takes longer than taking it in, and stops the thread that stores.
"""
_BROKEN = (EOFError, OSError, TypeError, ValueError, LookupError, AttributeError)
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
        self.begin(len(mails))
        chunks = deque(_chunks(mails))
        found: dict[int, RemoteMessage] = {}
        suspects: set[int] = set()
        busy: dict[_Process, deque[int]] = {}
        try:
            while chunks or busy:
                while chunks and (process := self._take(wait=not busy)) is not None:
                    if busy and len(mails) <= FEW and not process.is_running():
                        self._free.put(process)
                        break
                    busy[process] = chunks.popleft()
                    process.ask([mails[place] for place in busy[process]])
                if all(len(waiting) > GATHER_MAILS for waiting in busy.values()):
                    time.sleep(GATHER_S)
                for process in _answering(busy):
                    waiting = busy[process]
                    try:
                        for answer in process.answers():
                            found[waiting[0]] = message_of(answer, mails[waiting[0]], process.told)
                            waiting.popleft()
                        # What it reads next lies ready for it before it asks.
                        if chunks and waiting and process.ask_ahead([mails[place] for place in chunks[0]]):
                            waiting.extend(chunks.popleft())
                    except _BROKEN:
                        over, reason = process.end()
                        if waiting and (over or waiting[0] in suspects):
                            mail = mails[place := waiting.popleft()]
                            reason = mail.unreadable or reason
                            found[place] = unparsed_mail(mail.raw, mail.locator, mail.receipt_at, reason)
                        elif waiting:
                            suspects.add(waiting[0])
                        if waiting:
                            process.ask([mails[place] for place in waiting])
                    if not waiting:
                        del busy[process]
                        self._give_back(process)
        except BaseException:
            for process in busy:
                process.end()
                self._free.put(process)
            raise
        return [found[place] for place in range(len(mails))]

    def begin(self, mails: int = FEW + 1) -> None:
        """Start the processes nobody uses, for few ``mails`` one: they need a moment. Raises nothing."""
        if not mails:
            return
        idle: list[_Process] = []
        with contextlib.suppress(queue.Empty):
            while not self._ended:
                idle.append(self._free.get_nowait())
        # Whoever is asked first lies on top: one that runs already.
        idle.sort(key=_Process.is_running)
        wanted = idle if mails > FEW else idle[-1:]
        for process in idle:
            # Whoever needs one that does not start tries again, and is told why.
            if process in wanted:
                with contextlib.suppress(Retry):
                    process.start()
            self._give_back(process)

    def rest(self) -> None:
        """Let go of processes nobody needed for a while."""
        for _number in range(self._processes):
            try:
                process = self._free.get_nowait()
            except queue.Empty:
                return
            if time.monotonic() - process.used_at > REST_S:
                process.end()
            self._give_back(process)

    def close(self) -> None:
        """End every process that is free, and the others as soon as they are."""
        self._ended = True
        for _number in range(self._processes):
            with contextlib.suppress(queue.Empty):
                self._free.get_nowait().end()

    def _give_back(self, process: _Process) -> None:
        self._free.put(process)
        if self._ended:  # asked behind the put: whoever closes looks at what is free once
            self.close()

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
        self._held, self._piece = bytearray(), bytearray()
        self._asked: deque[int] = deque()
        self._is_ready = self._is_read = False
        self._room = 0
        self.used_at = 0.0
        self.told = Told()

    def start(self) -> None:
        """Start it, or another one where it ended, without waiting until it is ready. Raises ``Retry``."""
        if self._popen is not None and self._popen.poll() is not None:
            self.end()
        if self._popen is None:
            self._popen, self._piece = _start(), bytearray(READ_OCTETS)
            self._room = _widen(self._popen) // 2
            self.used_at = time.monotonic()

    def is_running(self) -> bool:
        """Whether it was started, and has not ended as far as it is known."""
        return self._popen is not None

    def ask(self, mails: Sequence[RawMail]) -> None:
        """Send a question, once the answers to those before are all there."""
        self.start()
        if not self._is_ready:
            try:
                self._is_ready = next(self.answers()) == READY
            except (EOFError, OSError, ValueError):
                self._is_ready = False
            if not self._is_ready:
                self.end()
                raise Retry(_("The program that reads mail does not start."), _("The engine's log says why."))
        self._send(len(mails), *pack_in_parts([mail_values(mail) for mail in mails]))

    def ask_ahead(self, mails: Sequence[RawMail]) -> bool:
        """Send a question while answers to the one before are still to come; False where that must wait.

        Both could wait for each other to read. So the one before must have been read, and this one fit into the pipe.
        """
        if len(self._asked) != 1 or not self._is_read or sum(len(mail.raw) for mail in mails) > self._room:
            return False
        head, rest = pack_in_parts([mail_values(mail) for mail in mails])
        if len(head) + len(rest) > self._room:
            return False
        self._send(len(mails), head, rest)
        return True

    def _send(self, answers: int, *question: bytes) -> None:
        assert self._popen is not None and self._popen.stdin is not None
        self._asked.append(answers)
        # Whoever reads us reads a whole question before it answers; if it died meanwhile, answers() says so.
        with contextlib.suppress(OSError):
            for part in question:
                self._popen.stdin.write(part)
            self._popen.stdin.flush()

    def fileno(self) -> int:
        assert self._popen is not None and self._popen.stdout is not None
        return self._popen.stdout.fileno()

    def answers(self) -> Iterator[Any]:
        """The answers that are there, at least one. Raises EOFError where the process ended."""
        self.used_at = time.monotonic()
        came = False
        while not came:
            # Unbuffered: what is left in a buffer would be invisible to select.
            octets = os.readv(self.fileno(), (self._piece,))
            if not octets:
                raise EOFError
            self._held += memoryview(self._piece)[:octets]
            for answer in frames(self._held):
                came = True
                self._count()
                yield answer

    def _count(self) -> None:
        if self._asked:
            # An answer says that its question was read, and nothing about the next one.
            self._asked[0] -= 1
            self._is_read = self._asked[0] > 0
            if not self._is_read:
                self._asked.popleft()

    def kill(self) -> None:
        """Let its answer be the end."""
        if self._popen is not None:
            self._popen.kill()

    def end(self) -> tuple[bool, str]:
        """Kill it; whether its time for a mail was over, and why it must have ended, in words."""
        if self._popen is None:
            return False, ""
        popen, self._popen = self._popen, None
        self._held.clear()
        self._asked.clear()
        self._is_ready = self._is_read = False
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
        with held_back():  # a Ctrl-C is for the engine, which ends us all
            popen = subprocess.Popen(
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
    with contextlib.suppress(OSError):  # it ended already, or must not be touched: it is read as fast as the others
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, popen.pid, own + GIVES_WAY)
    return popen


def _widen(popen: subprocess.Popen[bytes]) -> int:
    """Let the pipes to and from a process hold more; how many bytes the one to it holds."""
    held = 4096
    for pipe in (popen.stdout, popen.stdin):
        assert pipe is not None
        if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux alone
            with contextlib.suppress(OSError):  # beyond what one user may have of such memory
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_OCTETS)
            held = fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
    return held


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
