"""Loopback ports for servers under test, waiting for one to speak, and for one to be gone."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable

_PORTS = range(16_000, 32_000)
"""Below those a system gives to whoever asks for any (Linux: from 32768 on, ``ip_local_port_range``; others higher):
nobody's connection takes one between the look and its use, or while a server is down that is started again on it."""


def free_port() -> int:
    """A port nobody listens on at this moment, and nobody will by chance."""
    return free_ports(1)[0]


def free_ports(count: int) -> tuple[int, ...]:
    """``count`` different ones."""
    found: list[int] = []
    for port in secrets.SystemRandom().sample(_PORTS, len(_PORTS)):
        if len(found) == count:
            break
        if _is_free(port):
            found.append(port)
    return tuple(found)


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


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


def wait_for_refusal(port: int, timeout_s: float = 20) -> None:
    """Until nobody takes connections on ``port``: a killed process holds what it listens at until it is gone itself."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except ConnectionRefusedError:
            return
        except OSError:  # it was in the middle of its end
            pass
        time.sleep(0.005)
    raise TimeoutError(f"port {port} still takes connections")
