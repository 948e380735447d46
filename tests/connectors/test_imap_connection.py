"""What a server sends is read once and whole, whoever read the first of it."""

from __future__ import annotations

import socket
import threading

from omni_tui.connectors.mail.endpoint import Endpoint
from omni_tui.connectors.mail.imap_connection import ImapConnection

HANG_S = 30


def test_what_came_in_one_piece_with_the_greeting_is_read_and_then_what_follows() -> None:
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening, listening.accept()[0] as there, there.makefile("rwb") as file:
            file.write(b"* OK ready\r\n")
            file.flush()
            tag = file.readline().split()[0]
            file.write(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n* 1 EXISTS\r\n* 2 EXI")
            file.flush()
            file.write(b"STS\r\n" + b"x" * 100_000 + b"\r\n")
            file.flush()
            file.readline()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    port = listening.getsockname()[1]
    connection = ImapConnection(Endpoint("IMAP", "127.0.0.1", port, "none", "shop", "", False, HANG_S))
    lines = [connection.stream.readline() for _number in range(3)]
    connection.client.shutdown()
    server.join(HANG_S)
    assert lines == [b"* 1 EXISTS\r\n", b"* 2 EXISTS\r\n", b"x" * 100_000 + b"\r\n"]
