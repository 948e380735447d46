"""Mails as bytes, the way different programs write them.

Written by hand rather than by ``email.message``: a thousand of them must be ready in a fraction of a second,
and real mail programs do not all fold and encode alike.
"""

from __future__ import annotations

import base64
import html as html_module
import quopri
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal

from omni_tui.demo.world.files import Attached

Look = Literal["plain", "html", "html-only"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is bytes. ``ids`` is what it answers, oldest first; ``charset`` of the plain text."""

    message_id: str
    at: int
    from_name: str
    from_address: str
    to_name: str
    to_address: str
    subject: str
    text: str
    ids: Sequence[str] = ()
    files: Sequence[Attached] = ()
    headers: Sequence[str] = ()
    charset: str = "utf-8"
    look: Look = "plain"


def render(letter: Letter) -> bytes:
    """The mail as it lies on a server, with CRLF line ends (RFC 5322, section 2.1)."""
    date = format_datetime(datetime.fromtimestamp(letter.at // 1000, UTC))
    head = [
        f"From: {mailbox(letter.from_name, letter.from_address)}",
        f"To: {mailbox(letter.to_name, letter.to_address)}",
        f"Subject: {words(letter.subject)}",
        f"Date: {date}",
        f"Message-ID: <{letter.message_id}>",
    ]
    if letter.ids:
        head.append(f"In-Reply-To: <{letter.ids[-1]}>")
        head.append("References: " + "\r\n ".join(f"<{name}>" for name in letter.ids))
    head.extend(letter.headers)
    head.append("MIME-Version: 1.0")
    body = _body(letter)
    if letter.files:
        parts = [body, *map(_file, letter.files)]
        body = _multipart("mixed", letter.message_id, parts)
    return "\r\n".join(head).encode("ascii") + b"\r\n" + body


def words(text: str) -> str:
    """A header value as encoded words where it needs them (RFC 2047, section 2: at most 75 characters each)."""
    if text.isascii() and text.isprintable():
        return text
    found: list[str] = []
    piece = b""
    for character in text:
        octets = character.encode()
        if len(piece) + len(octets) > 42:
            found.append(base64.b64encode(piece).decode())
            piece = b""
        piece += octets
    found.append(base64.b64encode(piece).decode())
    return "\r\n ".join(f"=?UTF-8?B?{part}?=" for part in found)


def mailbox(name: str, address: str) -> str:
    """An address with its display name (RFC 5322, section 3.4)."""
    if not name:
        return address
    if name.replace(" ", "").isalnum() and name.isascii():
        return f"{name} <{address}>"
    if name.isascii() and name.isprintable():
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address}>'
    return f"{words(name)} <{address}>"


def _body(letter: Letter) -> bytes:
    if letter.look == "plain":
        return _plain(letter.text, letter.charset)
    page = _part("text/html; charset=utf-8", "quoted-printable", _quoted(as_html(letter.text).encode()))
    if letter.look == "html-only":
        return page
    return _multipart("alternative", "alt-" + letter.message_id, [_plain(letter.text, letter.charset), page])


def _plain(text: str, charset: str) -> bytes:
    lines = text.replace("\n", "\r\n")
    try:
        octets = lines.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
        octets = lines.encode()
    kind = f"text/plain; charset={charset}"
    if charset == "utf-8" and not text.isascii() and len(octets) < 2 * len(text):
        return _part(kind, "quoted-printable", _quoted(octets))
    if octets.isascii():
        return _part(kind, "7bit", octets)
    return _part(kind, "base64", base64.encodebytes(octets).replace(b"\n", b"\r\n"))


def as_html(text: str) -> str:
    """The text as a mail program would send it: paragraphs, and quoted lines in a ``blockquote``."""
    out: list[str] = []
    quoted = False
    for line in text.split("\n"):
        if line.startswith(">") != quoted:
            quoted = not quoted
            out.append('<blockquote style="margin:0 0 0 .8ex;padding-left:1ex">' if quoted else "</blockquote>")
        out.append(f"<div>{html_module.escape(line.lstrip('> ') if quoted else line) or '<br>'}</div>")
    if quoted:
        out.append("</blockquote>")
    inside = "\n".join(out)
    return f"<html><head><style>div {{ font-family: sans-serif }}</style></head><body>\n{inside}\n</body></html>\n"


def _quoted(octets: bytes) -> bytes:
    return quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def _part(kind: str, encoding: str, octets: bytes) -> bytes:
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + octets


def _file(file: Attached) -> bytes:
    data = base64.encodebytes(file.data).replace(b"\n", b"\r\n")
    head = (
        f'Content-Type: {file.mime}; name="{file.name}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="{file.name}"\r\n\r\n'
    )
    return head.encode() + data


def _multipart(kind: str, seed: str, parts: Sequence[bytes]) -> bytes:
    line = "=_" + base64.b32encode(seed.encode())[:24].decode().lower().rstrip("=")
    out = f'Content-Type: multipart/{kind}; boundary="{line}"\r\n\r\n'.encode()
    for part in parts:
        out += f"--{line}\r\n".encode() + part + b"\r\n"
    return out + f"--{line}--\r\n".encode()
