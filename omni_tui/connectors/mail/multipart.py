"""A mail with files (RFC 2046, RFC 2183): the same bytes for the same command, and names no header can break out of."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from urllib.parse import quote

from omni_tui.connectors.mail.headers import one_line
from omni_tui.model.commands import SentFile

_MIME = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}")
# RFC 5987, section 3.2.1: what needs no percent sign in an encoded name.
_PLAIN = "!#$&+-.^_`|~"


def multipart(text: bytes, files: Sequence[SentFile], key: str) -> bytes:
    """``text`` (a part with its headers) and ``files`` as one body with its own headers. ``key`` names the mail."""
    mark = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:40]
    head = f'Content-Type: multipart/mixed; boundary="={mark}"\r\n\r\n'.encode("ascii")
    parts = (text, *map(_part, files))
    return head + b"".join(b"--=" + mark.encode() + b"\r\n" + _ended(part) for part in parts) + _close(mark)


def _part(file: SentFile) -> bytes:
    # A message or a multipart may not be base64 (RFC 2046, section 5.2.1): as bytes it travels whole.
    known = _MIME.fullmatch(file.mime.lower()) and not file.mime.lower().startswith(("message/", "multipart/"))
    mime = file.mime.lower() if known else "application/octet-stream"
    head = (
        f"Content-Type: {mime}\r\n"
        f"Content-Disposition: attachment;\r\n {_name(file.name)}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode("ascii") + base64.encodebytes(file.data).replace(b"\n", b"\r\n")


def _name(name: str) -> str:
    name = one_line(name)[:150] or "file"
    if re.fullmatch(r"[A-Za-z0-9 !#$&+.^_`|~()-]{1,60}", name):
        return f'filename="{name}"'
    return "filename*=utf-8''" + quote(name.encode("utf-8", "replace"), safe=_PLAIN)


def _ended(part: bytes) -> bytes:
    return part if part.endswith(b"\r\n") else part + b"\r\n"


def _close(mark: str) -> bytes:
    return f"--={mark}--\r\n".encode("ascii")
