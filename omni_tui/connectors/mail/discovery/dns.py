"""Asks the system's name servers for MX and SRV records (RFC 1035, RFC 2782): one question, one answer, over UDP."""

from __future__ import annotations

import secrets
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from omni_tui.text.hosts import ascii_host

MX, SRV = 15, 33
WAIT_S = 1.5
"""How long one name server is waited for."""
SERVERS = 2
"""How many of them are asked, one after the other."""
_RESOLV_CONF = Path("/etc/resolv.conf")
_MOST_RECORDS = 50
_MOST_JUMPS = 20

Where = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Record:
    """A host in an answer; the lower ``preference``, the sooner it is meant. ``port`` is 0 in MX records."""

    preference: int
    host: str
    port: int = 0


def name_servers() -> tuple[Where, ...]:
    """Those the system asks, as its resolver's configuration names them; none where there is no such file."""
    try:
        lines = _RESOLV_CONF.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    words = (line.split() for line in lines)
    return tuple((word[1], 53) for word in words if len(word) > 1 and word[0] == "nameserver")[:SERVERS]


def ask(name: str, kind: int, servers: tuple[Where, ...]) -> tuple[Record, ...]:
    """The records of ``kind`` for ``name``, the preferred first; none where nobody knows or answers."""
    question = _question(name, kind)
    if question is None:
        return ()
    for server in servers:
        answer = _exchange(question, server)
        if answer is not None:
            return tuple(sorted(_records(answer, len(question), kind), key=lambda each: each.preference))
    return ()


def _question(name: str, kind: int) -> bytes | None:
    try:
        labels = [label.encode() for label in ascii_host(name).rstrip(".").split(".")]
    except UnicodeError:
        return None
    if not all(0 < len(label) < 64 for label in labels) or sum(map(len, labels)) + len(labels) > 254:
        return None
    head = struct.pack(">HHHHHH", secrets.randbelow(65536), 0x0100, 1, 0, 0, 0)
    return head + b"".join(bytes((len(label),)) + label for label in labels) + b"\0" + struct.pack(">HH", kind, 1)


def _exchange(question: bytes, server: Where) -> bytes | None:
    """The answer to this very question, or None. Connected: what another host sends is not taken in."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(*server, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as sock:
            sock.settimeout(WAIT_S)
            sock.connect(address)
            sock.send(question)
            answer = sock.recv(65535)
    except OSError:
        return None
    same = answer[:2] == question[:2] and answer[12 : len(question)].lower() == question[12:].lower()
    return answer if same and len(answer) > 12 and answer[2] & 0x80 else None


def _records(answer: bytes, at: int, kind: int) -> list[Record]:
    """The records of ``kind`` behind the question, which ends at ``at``; a damaged answer as far as it goes."""
    found: list[Record] = []
    (count,) = struct.unpack_from(">H", answer, 6)
    for _number in range(min(count, _MOST_RECORDS)):
        named = _name(answer, at)
        if named is None or named[1] + 10 > len(answer):
            break
        (own, _class, _ttl, length) = struct.unpack_from(">HHIH", answer, named[1])
        data = named[1] + 10
        at = data + length
        if own != kind or at > len(answer):
            continue
        ahead = 2 if kind == MX else 6
        host = _name(answer, data + ahead) if length > ahead else None
        if host is None or not host[0]:
            continue  # a lone dot: there is no such service (RFC 2782, RFC 7505)
        (preference,) = struct.unpack_from(">H", answer, data)
        port = struct.unpack_from(">H", answer, data + 4)[0] if kind == SRV else 0
        found.append(Record(preference, host[0], port))
    return found


def _name(answer: bytes, at: int) -> tuple[str, int] | None:
    """A name (RFC 1035, section 4.1.4) in lower case, and where what follows it begins."""
    labels: list[str] = []
    after = -1
    jumps = 0
    while at < len(answer):
        length = answer[at]
        if length >= 0xC0:
            if at + 1 >= len(answer) or jumps == _MOST_JUMPS:
                return None
            after = at + 2 if after < 0 else after
            at, jumps = (length & 0x3F) << 8 | answer[at + 1], jumps + 1
        elif length == 0:
            return ".".join(labels), (at + 1 if after < 0 else after)
        elif length > 63 or at + 1 + length > len(answer):
            return None
        else:
            labels.append(answer[at + 1 : at + 1 + length].decode("ascii", "replace").lower())
            at += 1 + length
    return None
