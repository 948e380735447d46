"""Free loopback ports and waiting for a server to speak."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable


def free_ports(count: int) -> tuple[int, ...]:
    """``count`` different ports nobody listens on at this moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return tuple(each.getsockname()[1] for each in sockets)
    finally:
        for each in sockets:
            each.close()


def wait_for_greeting(port: int, start: bytes, alive: Callable[[], bool], timeout_s: float = 20) -> bool:
    """Whether the server on ``port`` began to speak with ``start``; False as soon as it is not ``alive``."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end and alive():
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
                sock.settimeout(2)
                if sock.recv(64).startswith(start):
                    return True
        except OSError:
            time.sleep(0.01)
    return False
