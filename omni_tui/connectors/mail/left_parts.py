"""The parts of a mail too large to be fetched whole: named by BODYSTRUCTURE, left on the server, and fetched alone.

RFC 9051, sections 6.4.5 (sections of a body) and 7.5.2 (BODYSTRUCTURE), as imapclient reads it.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from omni_tui.model.errors import Permanent
from omni_tui.model.events import LEFT, RemoteAttachment
from omni_tui.text.clean import storable_line
from omni_tui.text.i18n import _
from omni_tui.text.mail.model import BEGINNING_BYTES, MAX_DEPTH, MAX_PARTS
from omni_tui.text.mail.params import parse_params
from omni_tui.text.mail.structure import base_name

_PLACE = re.compile(rf"{LEFT}(\d+(?:\.\d+)*) (\d+) ([a-z0-9-]*)")
_MIME = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_HEADERS = 65_536
"""Room for headers in what is fetched of a large mail, which BODYSTRUCTURE does not count."""


@dataclass(frozen=True, slots=True)
class Left:
    """A part on the server: its section number, its size as it is encoded, and how it is."""

    section: str
    octets: int
    encoding: str

    def is_cut(self, octets: int) -> bool:
        """Whether so many are not all of it. Some servers miscount the size a little."""
        return octets < self.octets - self.octets // 50


@dataclass(frozen=True, slots=True)
class _Leaf:
    section: str
    mime: str
    name: str
    encoding: str
    octets: int
    content_id: str
    attached: bool


def left(part: str) -> Left:
    """What :func:`left_parts` wrote into ``RemoteAttachment.part``. Raises ``Permanent`` for anything else."""
    found = _PLACE.fullmatch(part)
    if found is None:
        raise Permanent(_("{part} is no part of a mail").format(part=repr(part)))
    return Left(found.group(1), int(found.group(2)), found.group(3))


def left_parts(structure: Sequence[Any], whole: Collection[str]) -> tuple[RemoteAttachment, ...]:
    """What of a mail is not in its beginning: every file but those in ``whole`` (section numbers), and text behind it.

    ``structure`` is imapclient's BodyData. Sizes are estimated from the encoded ones. Raises ValueError for what is
    no BODYSTRUCTURE.
    """
    found: list[RemoteAttachment] = []
    at = _HEADERS
    for leaf in _leaves(structure, "", 0):
        at += leaf.octets
        if leaf.section in whole or (not leaf.attached and at <= BEGINNING_BYTES):
            continue
        found.append(
            RemoteAttachment(
                leaf.name,
                leaf.mime,
                leaf.octets * 57 // 78 if leaf.encoding == "base64" else leaf.octets,
                f"{LEFT}{leaf.section} {leaf.octets} {leaf.encoding}",
                leaf.content_id,
            )
        )
        if len(found) == MAX_PARTS:
            break
    return tuple(found)


def _leaves(body: Sequence[Any], section: str, depth: int) -> Iterator[_Leaf]:
    if depth > MAX_DEPTH or not body:
        raise ValueError("no BODYSTRUCTURE")
    if isinstance(body[0], list):
        for number, part in enumerate(body[0], 1):
            yield from _leaves(part, f"{section}.{number}" if section else str(number), depth + 1)
        return
    if len(body) < 7 or not isinstance(body[6], int):
        raise ValueError("no BODYSTRUCTURE")
    mime = f"{_text(body[0])}/{_text(body[1])}".lower()
    disposition, filename = _disposition(body)
    name = filename or _params(body[2]).get("name", "")
    yield _Leaf(
        section=section or "1",
        mime=mime if _MIME.fullmatch(mime) else "application/octet-stream",
        name=base_name(storable_line(name)) or ("message.eml" if mime == "message/rfc822" else ""),
        encoding=re.sub(r"[^a-z0-9-]", "", _text(body[5]).lower()),
        octets=max(0, body[6]),
        content_id=storable_line(_text(body[3]).strip("<> ")),
        attached=disposition == "attachment" or bool(name) or not mime.startswith("text/"),
    )


def _disposition(body: Sequence[Any]) -> tuple[str, str]:
    """The disposition of a part and the file name in it; it stands behind as many fields as its type has."""
    for field in body[7:]:
        if isinstance(field, tuple) and len(field) == 2 and isinstance(field[0], bytes):
            kind = field[0].decode("ascii", "replace").lower()
            if kind in ("attachment", "inline"):
                return kind, _params(field[1]).get("filename", "")
    return "", ""


def _params(value: Any) -> dict[str, str]:
    """``(b"NAME", b"a", …)`` decoded, RFC 2231 and encoded words included."""
    if not isinstance(value, tuple):
        return {}
    words = [_text(each) for each in value]
    quoted = (f'{name}="' + _escaped(word) + '"' for name, word in zip(words[::2], words[1::2], strict=False))
    return dict(parse_params("x; " + "; ".join(quoted))[1])


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"')


def _text(value: Any) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else ""


async def decoded(pieces: AsyncIterator[bytes], encoding: str) -> AsyncIterator[bytes]:
    """The bytes of a part whose encoded ones come in ``pieces`` (RFC 2045, section 6); never more at a time."""
    rest = b""
    async for piece in pieces:
        data = rest + piece
        if encoding == "base64":
            data = _NO_BASE64.sub(b"", data)
            whole = len(data) - len(data) % 4
            rest = data[whole:]
            yield binascii.a2b_base64(data[:whole])
        elif encoding == "quoted-printable":
            whole = data.rfind(b"\n") + 1 or _between_escapes(data)
            rest = data[whole:]
            yield binascii.a2b_qp(data[:whole])
        else:
            yield data
    if rest and encoding == "quoted-printable":
        yield binascii.a2b_qp(rest)
    elif len(rest) > 1:
        yield binascii.a2b_base64(rest + b"=" * (-len(rest) % 4))


def _between_escapes(line: bytes) -> int:
    """Where a line that does not end can be cut."""
    end = max(0, len(line) - 2)
    escape = line.rfind(b"=", max(0, end - 2), end)
    return end if escape < 0 else escape
