"""Mail files read by a process of their own, so that reading and storing go on side by side.

It has the mails parsed by others again (``connectors.mail.parse_pool``): one that kills its process is kept unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection

from omni_tui.connectors.mail.files.model import Known, Piece, Source
from omni_tui.connectors.mail.files.reading import read_source
from omni_tui.connectors.mail.files.roles import Role
from omni_tui.connectors.mail.interrupts import held_back
from omni_tui.connectors.mail.parse_pool import ParsePool
from omni_tui.model.errors import OmniError
from omni_tui.text.i18n import _

END_S = 2.0


class ReaderGone(OmniError):
    """The process that reads ended by itself."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which of these are known?"""

    places: list[str]


@dataclass(frozen=True, slots=True)
class _Failed:
    message: str
    hint: str


@contextmanager
def pieces(
    source: Source, cursor: str | None, own: frozenset[str], leave_out: frozenset[Role], known: Known
) -> Iterator[Iterator[Piece]]:
    """What :func:`read_source` brings, read ahead by another process, which ends with the block or with us."""
    # Started from nothing: it holds no connection to the store and none of our file descriptors.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_read, args=(theirs, source, cursor, own, leave_out), daemon=True)
    resource_tracker.ensure_running()  # whose start lets Ctrl-C through again, and would come with the first process
    with held_back():
        process.start()
    theirs.close()
    try:
        yield _received(ours, known)
    finally:
        ours.close()
        process.join(END_S)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()


def _received(pipe: Connection, known: Callable[[list[str]], set[str]]) -> Iterator[Piece]:
    while True:
        try:
            said = pipe.recv()
        except (EOFError, ConnectionError) as error:
            raise ReaderGone(
                _("The process that reads the file ended unexpectedly."),
                _("What was read before is stored. Run the same command again to go on."),
            ) from error
        match said:
            case Piece():
                yield said
            case _Asked(places=places):
                pipe.send(known(places))
            case _Failed(message=message, hint=hint):
                raise OmniError(message, hint)
            case _:
                return


def _read(
    pipe: Connection, source: Source, cursor: str | None, own: frozenset[str], leave_out: frozenset[Role]
) -> None:
    """The other process. Ctrl-C is for whoever stores: this one ends when its pipe does."""

    def known(places: list[str]) -> set[str]:
        pipe.send(_Asked(places))
        answer: set[str] = pipe.recv()
        return answer

    pool = ParsePool()
    with suppress(BrokenPipeError, ConnectionError, EOFError):
        try:
            for piece in read_source(source, cursor, own, leave_out, known, pool.read):
                pipe.send(piece)
            pipe.send(None)
        except OmniError as error:
            pipe.send(_Failed(error.message, error.hint))
        finally:
            pool.close()
