"""What an IMAP server sends, read in pieces as large as it sends them.

imaplib reads a line, a literal and another line for every mail, each through several layers, and a piece of 8 kB at a
time. A FETCH answer as nearly every server writes it is taken out of the buffer here as a whole; for anything else this
is the ``read`` and ``readline`` of imaplib.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from omni_tui.connectors.mail.fetching import LISTED_ITEMS, Fetched, listed_answer

MAX_LINE = 32 * 1024 * 1024
"""The UIDs of a folder come in one line: imaplib's limit of 1 MB ends at about 140,000 of them."""
MAX_LITERAL = 128 * 1024 * 1024
"""Several times the largest mail that is asked for as a whole."""
_HELD = 256 * 1024
RECORD = 16 * 1024
"""The most that TLS hands over at once (RFC 8446, section 5.1)."""
_LONGEST_ANSWER = 64 * 1024
"""A beginning of an answer in a line longer than that is none of the usual ones."""
_LEAST_END = len(b")\r\n")
_MAIL = re.compile(rb"\* (\d{1,10}) FETCH \((?:UID (\d{1,10}) )?BODY\[\] \{(\d{1,6})\}\r\n")
_MAIL_END = re.compile(rb"(?: UID (\d{1,10}))?\)\r\n")
_LISTED = re.compile(rb"\* (\d{1,10}) FETCH " + LISTED_ITEMS + rb"\r\n")


class TooLong(Exception):
    """A line or a literal of a length no mailbox needs."""


class ImapStream:
    """Of one connection and one thread. ``receive`` fills a buffer as ``io.BufferedIOBase.readinto1`` does.

    What ``receive`` raises passes through; the beginning of a line that came before is kept.
    """

    def __init__(self, receive: Callable[[memoryview], int | None]) -> None:
        self._receive = receive
        self._hold(bytearray(_HELD))
        self._at = self._end = 0

    def receive_by(self, receive: Callable[[memoryview], int | None]) -> None:
        """From now on, fill the buffer by this; what came is kept."""
        self._receive = receive

    def _hold(self, held: bytearray) -> None:
        self._held, self._room = held, memoryview(held)

    def readline(self) -> bytes:
        """The next line with its end; what is left where the connection ended. Raises ``TooLong``."""
        looked = 0
        while (found := self._held.find(b"\n", self._at + looked, self._end)) < 0:
            looked = self._end - self._at
            if looked > MAX_LINE:
                raise TooLong(f"a line of more than {MAX_LINE} bytes")
            if not self._more():
                return self._take(looked)
        return self._take(found + 1 - self._at)

    def read(self, size: int) -> bytes:
        """So many bytes, fewer where the connection ended. Raises ``TooLong``."""
        if size > MAX_LITERAL:
            raise TooLong(f"a literal of more than {MAX_LITERAL} bytes")
        pieces: list[bytes] = []
        while size and (self._at < self._end or self._more()):
            pieces.append(self._take(min(size, self._end - self._at)))
            size -= len(pieces[-1])
        return b"".join(pieces)

    def answers(self) -> Iterator[Fetched]:
        """FETCH answers, up to the first line that is none of the usual ones, or to the end of the connection."""
        while True:
            while (head := _MAIL.match(self._held, self._at, self._end)) is not None:
                answer = self._mail(*head.groups(), length=head.end() - self._at)
                if answer is None:
                    return
                yield answer
            found = _LISTED.match(self._held, self._at, self._end)
            if found is None:
                if self._held.find(b"\n", self._at, self._end) >= 0 or self._end - self._at > _LONGEST_ANSWER:
                    return
                if not self._more():
                    return
            while found is not None:
                self._at = found.end()
                yield listed_answer(*found.groups())
                found = _LISTED.match(self._held, self._at, self._end)

    def _mail(self, seq: bytes, uid: bytes | None, size: bytes, *, length: int) -> Fetched | None:
        """The mail whose answer begins with so many bytes of these words; None, and nothing taken, if it ends
        unusually.
        """
        there = length + int(size)
        missing = there + _LEAST_END - (self._end - self._at)
        if missing > 0 and not self._more(missing):
            return None
        while (end := _MAIL_END.match(self._held, self._at + there, self._end)) is None:
            if self._held.find(b"\n", self._at + there, self._end) >= 0:
                return None
            if self._end - self._at > there + _LONGEST_ANSWER or not self._more():
                return None
        content = bytes(self._room[self._at + length : self._at + there])
        self._at, behind = end.end(), end.group(1)
        return Fetched(int(seq), int(uid or behind or 0), content=content)

    def _more(self, least: int = 1) -> bool:
        """Receive at least so many bytes; False where the connection ended before."""
        if self._at == self._end:
            self._at = self._end = 0
            if len(self._held) > _HELD:  # a long line is no reason to keep so much for good
                self._hold(bytearray(_HELD))
        # Of what is received last, more may come than is waited for.
        if len(self._held) - self._end < least + RECORD:
            held = self._end - self._at
            if self._at >= least + RECORD:
                self._held[:held] = self._held[self._at : self._end]
            else:
                self._hold(self._held[self._at : self._end].ljust(2 * held + least + _HELD, b"\0"))
            self._at, self._end = 0, held
        end, room = self._end, self._room
        wanted = end + least
        while end < wanted:
            came = self._receive(room[end:])
            if came is None:
                raise BlockingIOError("nothing is there yet")
            if not came:
                return False
            self._end = end = end + came
        return True

    def _take(self, size: int) -> bytes:
        taken = bytes(self._room[self._at : self._at + size])
        self._at += size
        return taken
