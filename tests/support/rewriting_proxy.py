"""A TCP proxy that exchanges words, so that a real server seems to be able to do less than it can."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from types import TracebackType


class RewritingProxy:
    """Forwards to ``target`` on the loopback. Each word of ``said`` and ``asked`` becomes another of the same length.

    What servers say is changed ``times`` times (default: always). The attribute ``asked`` holds what clients said. A
    context manager. A word that is cut by the end of a packet passes as it is: good for what stands in short lines.
    """

    def __init__(
        self,
        target: int,
        *,
        said: dict[bytes, bytes] | None = None,
        asked: dict[bytes, bytes] | None = None,
        times: int = 1_000_000,
    ) -> None:
        self._target = target
        self._said, self._asked = said or {}, asked or {}
        assert all(len(old) == len(new) for old, new in (*self._said.items(), *self._asked.items()))
        self._left = times
        self.asked = b""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]

    def __enter__(self) -> RewritingProxy:
        threading.Thread(target=self._accept, name="rewriting", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._server.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                for ends in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass, args=ends, name="rewriting", daemon=True).start()

    def _pass(self, source: socket.socket, drain: socket.socket, asking: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                drain.sendall(self._passing(piece, source, asking))
        for each in (source, drain):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        source.close()

    def _passing(self, piece: bytes, source: socket.socket, asking: bool) -> bytes:
        """What is passed on of ``piece``, which came from ``source``: a client that asks, or the server."""
        if asking:
            self.asked += piece
        for old, new in (self._asked if asking else self._said).items():
            left = len(piece) if asking else self._left
            if not asking:
                self._left -= min(left, piece.count(old))
            piece = piece.replace(old, new, left)
        return piece


class NeteaseProxy(RewritingProxy):
    """A stand-in for NetEase's IMAP servers (163, 126, yeah.net), which cannot be reached from a test.

    As their users report it: no folder opens for who has not said which program it is (ID, RFC 2971), and there is
    neither IDLE nor MOVE nor CONDSTORE.
    """

    REFUSAL = b" NO SELECT Unsafe Login. Please contact kefu@188.com for help\r\n"
    ABLE = b"CAPABILITY IMAP4rev1 SPECIAL-USE ID LITERAL+ UIDPLUS SASL-IR AUTH=PLAIN"

    def __init__(self, target: int) -> None:
        super().__init__(target)
        self.refused = 0
        self._known: set[socket.socket] = set()

    def _passing(self, piece: bytes, source: socket.socket, asking: bool) -> bytes:
        if not asking:
            return re.sub(rb"CAPABILITY IMAP4rev1[^\]\r\n]*", self.ABLE, piece)
        tag, _blank, command = super()._passing(piece, source, asking).partition(b" ")
        if command.upper().startswith(b"ID "):
            self._known.add(source)
        elif command.upper().startswith((b"SELECT ", b"EXAMINE ")) and source not in self._known:
            self.refused += 1
            source.sendall(tag + self.REFUSAL)
            return b""
        return piece
