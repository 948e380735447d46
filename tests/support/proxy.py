"""A TCP proxy that counts round trips, and can be cut in the middle of a word."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Callable


class Proxy:
    """Between clients and ``127.0.0.1:port``, as long as it is entered.

    ``rounds`` counts how often the server answered what a client said. ``lose_answer_to``: when a client says this, the
    server hears it, and the connection ends before its answer comes through. ``lose``: it ends before the server hears
    it. Both work once. While ``frozen`` nothing goes either way, and nobody is told. While ``refusing`` nobody new gets
    through. ``on_answer`` is called before each answer is passed on: until it returns, the client has not heard.
    """

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.rounds = 0
        self.lose_answer_to = b""
        self.lose = b""
        self.frozen = False
        self.refusing = False
        self.on_answer: Callable[[], None] | None = None
        self._ended = threading.Event()
        self._open: set[socket.socket] = set()

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End every connection there is."""
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self.refusing:
            client.close()
            return
        try:
            server = socket.create_connection(self._target)
        except OSError:
            client.close()
            return
        pair = {client: server, server: client}
        self._open |= pair.keys()
        asked = deaf = False
        with client, server, contextlib.suppress(OSError):
            while not self._ended.is_set():
                ready, _, _ = select.select(list(pair), [], [], 0.05)
                if self.frozen:
                    self._ended.wait(0.02)
                    continue
                for each in ready:
                    data = each.recv(1 << 16)
                    if not data:
                        return
                    if each is client:
                        asked = True
                        if self.lose and self.lose in data:
                            self.lose = b""
                            return
                        if self.lose_answer_to and self.lose_answer_to in data:
                            self.lose_answer_to = b""
                            deaf = True
                    elif asked:
                        asked = False
                        self.rounds += 1
                        if deaf:
                            return
                    if each is server and self.on_answer is not None:
                        self.on_answer()
                    pair[each].sendall(data)
        self._open -= pair.keys()
