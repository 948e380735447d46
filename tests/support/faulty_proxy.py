"""A TCP proxy that does what networks do at their worst: resets, silence, cut answers, drips, rubbish."""

from __future__ import annotations

import contextlib
import itertools
import random
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

Kind = Literal["reset", "close", "stall", "drip", "garbage"]
KINDS: tuple[Kind, ...] = ("reset", "close", "stall", "drip", "garbage")
PIECE = 65536


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one connection once the server has said ``after`` bytes.

    ``reset``: RST; ``close``: an ordinary end, in the middle of whatever was being said; ``stall``: nothing more comes,
    and nothing ends, until :meth:`FaultyProxy.release`; ``drip``: the next 2 kB come in pieces of a few bytes;
    ``garbage``: the next piece is other bytes.
    """

    kind: Kind
    after: int = 0


Plan = Callable[[int], Fault | None]


def no_fault(_number: int) -> Fault | None:
    """Everything passes."""
    return None


def random_plan(chance: random.Random, most: int, kinds: tuple[Kind, ...] = KINDS, share: float = 1.0) -> Plan:
    """A fault for ``share`` of all connections, somewhere in the first ``most`` bytes of what the server says."""

    def plan(_number: int) -> Fault | None:
        return Fault(chance.choice(kinds), chance.randrange(most)) if chance.random() < share else None

    return plan


class FaultyProxy:
    """Forwards to ``target`` on the loopback; ``plan`` says what becomes of the n-th connection (from 0).

    A context manager. ``struck`` counts the faults that came to pass. Stalls are let go by :meth:`release` and at
    the end.
    """

    def __init__(self, target: int, plan: Plan = no_fault) -> None:
        self.plan = plan
        self.struck = 0
        self.connections = 0
        self._target = target
        self._numbers = itertools.count()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._released = threading.Event()
        self._open: set[socket.socket] = set()
        self._silent: set[socket.socket] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> FaultyProxy:
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closing a listener does not wake the thread that accepts; shutting it down does.
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.release()
        with self._lock:
            for each in self._open:
                _end(each)

    def release(self) -> None:
        """Let what stalls end."""
        self._released.set()

    def silence(self) -> None:
        """Let nothing more pass over the connections there are now, and let neither end know: as when a router forgets
        them, or the host slept.
        """
        with self._lock:
            self._silent |= self._open

    def cut(self, kind: Literal["reset", "close"] = "reset") -> None:
        """End every connection there is now."""
        with self._lock:
            for each in self._open:
                if kind == "reset":
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                _end(each)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._server.accept()
                self.connections += 1
                fault = self.plan(next(self._numbers))
                try:
                    server = socket.create_connection(("127.0.0.1", self._target), timeout=10)
                except OSError:
                    client.close()
                    continue
                server.settimeout(None)
                with self._lock:
                    self._open |= {client, server}
                threading.Thread(target=self._forward, args=(client, server), name="proxy", daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client, fault), name="proxy", daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := client.recv(PIECE):
                if client not in self._silent:
                    server.sendall(piece)
        self._done(client, server)

    def _answer(self, server: socket.socket, client: socket.socket, fault: Fault | None) -> None:
        left = fault.after if fault is not None else -1
        with contextlib.suppress(OSError):
            while piece := server.recv(PIECE):
                if server in self._silent:
                    continue
                if fault is None or len(piece) <= left:
                    left -= len(piece)
                    client.sendall(piece)
                    continue
                client.sendall(piece[:left])
                self.struck += 1
                if not self._strike(fault, piece[left:], client):
                    break
                fault = None
        self._done(client, server)

    def _strike(self, fault: Fault, rest: bytes, client: socket.socket) -> bool:
        """Whether the connection goes on afterwards."""
        match fault.kind:
            case "reset":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.close()
            case "stall":
                self._released.wait()
            case "drip":
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for start in range(0, min(len(rest), 2048), 7):
                    client.sendall(rest[start : min(start + 7, 2048)])
                client.sendall(rest[2048:])
                return True
            case "garbage":
                client.sendall(bytes(byte ^ 0x55 for byte in rest))
                return True
            case "close":
                pass
        return False

    def _done(self, *ends: socket.socket) -> None:
        with self._lock:
            for each in ends:
                self._open.discard(each)
                _end(each)


def _end(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        each.close()
