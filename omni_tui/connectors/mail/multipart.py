"""A mail with files (RFC 2046, RFC 2183): the same bytes for the same command, and names no header can break out of."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from urllib.parse import quote

from omni_tui.connectors.mail.headers import encoded_words, one_line
from omni_tui.model.commands import SentFile

_MIME = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}")
_SIMPLE = re.compile(r"[A-Za-z0-9 !#$&+.^_`|~()-]{1,60}")
_LONGEST, _LONGEST_KIND = 255, 40
"""Octets of a name, as in a folder, and of what stands behind its last dot: a line of a mail holds 998 (RFC 5322,
section 2.1.1), and each octet may take three."""
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
    name = _short(one_line(file.name)) or "file"
    head = (
        f"Content-Type: {mime}{_crude_name(name)}\r\n"
        f"Content-Disposition: attachment;\r\n {_name(name)}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode("ascii") + base64.encodebytes(file.data).replace(b"\n", b"\r\n")


def _short(name: str) -> str:
    """A name of bounded length, still with what says the kind of file at its end."""
    _stem, dot, kind = name.rpartition(".")
    end = (dot + kind).encode()
    end = end if len(end) <= _LONGEST_KIND else b""
    stem = name.encode().removesuffix(end)
    return (stem[: _LONGEST - len(end)] + end).decode("utf-8", "ignore")


def _crude_name(name: str) -> str:
    """The name once more, as no standard has it, for those who know no other: QQ and Outlook show a file without it
    under a name of their own."""
    return "" if _SIMPLE.fullmatch(name) else f';\r\n name="{encoded_words(name, 7)}"'


def _name(name: str) -> str:
    if _SIMPLE.fullmatch(name):
        return f'filename="{name}"'
    return "filename*=utf-8''" + quote(name.encode("utf-8", "replace"), safe=_PLAIN)


def _ended(part: bytes) -> bytes:
    return part if part.endswith(b"\r\n") else part + b"\r\n"


def _close(mark: str) -> bytes:
    return f"--={mark}--\r\n".encode("ascii")
