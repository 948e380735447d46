"""Mail files for imports, in the forms programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

ENVELOPE = b"From lena@post.example Mon Nov  3 10:00:00 2025\n"
_FROM = re.compile(rb"^From ", re.MULTILINE)
_ANY_FROM = re.compile(rb"^(>*From )", re.MULTILINE)


def letter(
    number: int = 1,
    body: str = "Hello",
    *,
    sender: str = "lena@post.example",
    to: str = "shop@shop.example",
    more: str = "",
    date: str = "Mon, 03 Nov 2025 10:00:00 +0000",
) -> bytes:
    """One mail with LF line ends; ``more`` are further header lines, each with its line end."""
    return (
        f"From: {sender}\nTo: {to}\nSubject: Question {number}\nDate: {date}\n"
        f"Message-ID: <{number}@post.example>\n{more}\n{body}\n"
    ).encode()


def mboxo(mails: Iterable[bytes]) -> bytes:
    """``From `` escaped, what is escaped already left as it is."""
    return b"".join(ENVELOPE + _FROM.sub(b">From ", mail) + b"\n" for mail in mails)


def mboxrd(mails: Iterable[bytes]) -> bytes:
    """``From `` with any number of ``>`` before it escaped once more."""
    return b"".join(ENVELOPE + _ANY_FROM.sub(rb">\1", mail) + b"\n" for mail in mails)


def mboxcl2(mails: Iterable[bytes]) -> bytes:
    """Nothing escaped: the Content-Length says where a mail ends."""
    made = b""
    for mail in mails:
        head, _blank, body = mail.partition(b"\n\n")
        made += ENVELOPE + head + f"\nContent-Length: {len(body)}\n\n".encode() + body + b"\n"
    return made


def takeout(mails: Iterable[tuple[bytes, str]]) -> bytes:
    """As Gmail Takeout writes them: CRLF, its own headers first, a zone in the ``From `` line."""
    made = b""
    for number, (mail, labels) in enumerate(mails):
        head = f"From {number}@xxx Mon Nov 03 10:00:00 +0000 2025\nX-GM-THRID: {number}\nX-Gmail-Labels: {labels}\n"
        made += (head.encode() + mail + b"\n").replace(b"\n", b"\r\n")
    return made


def maildir(
    path: Path, mails: Iterable[tuple[bytes, str]], *, part: str = "cur", begin: int = 0, at: int = 1762164000
) -> Path:
    """A Maildir (or more mails in one) with the mails under the given flags, delivered ``at`` (epoch seconds)."""
    for each in ("cur", "new", "tmp"):
        (path / each).mkdir(parents=True, exist_ok=True)
    for number, (mail, flags) in enumerate(mails, begin):
        suffix = f":2,{flags}" if part == "cur" else ""
        (path / part / f"{at}.M{number}P1.host{suffix}").write_bytes(mail)
    return path
