"""What programs on the way did to a whole mail, undone before it is read. The source that is kept stays as it came."""

from __future__ import annotations

import re
from contextlib import suppress

from omni_tui.text.i18n import _
from omni_tui.text.mail.model import MAX_BYTES, MAX_HEADER_BYTES, MailUnreadable

_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_FIRST_NAME = 16
"""Bytes among which a header's name in UTF-16 has zeros."""
_DOUBLED = b"\r\r\n"
_BLANK_LINE = re.compile(rb"\n\r*+\n")


def plain(raw: bytes) -> bytes:
    """The mail in bytes and lines of some kind, from its first line on.

    Raises:
        MailUnreadable: it is beyond 25 MB.
    """
    if len(raw) > MAX_BYTES:
        raise MailUnreadable(_("it is larger than {mb} MB").format(mb=MAX_BYTES // 1_000_000))
    raw = narrow(raw)
    if b"\r" in raw and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return raw.lstrip(b"\r\n") if raw[:1] in (b"\r", b"\n") else raw


def narrow(raw: bytes) -> bytes:
    """The mail in UTF-8 if an editor saved it in UTF-16, in which not a word of it would be found."""
    if raw.startswith(_WIDE_MARKS) and b"\0" in raw[:_FIRST_NAME]:
        with suppress(UnicodeDecodeError):
            return raw[: len(raw) & ~1].decode("utf-16").encode()
    return raw


def mended(raw: bytes) -> bytes:
    """The mail without the mark that editors put before UTF-8, and with the line ends it was sent with where a gateway
    wrote each return twice."""
    raw = raw.removeprefix(_MARK)
    at = raw.find(b"\n", 0, MAX_HEADER_BYTES)
    if at > 1 and raw[at - 2] == 0x0D and raw[at - 1] == 0x0D and _is_doubled(raw):
        return raw.replace(_DOUBLED, b"\r\n")
    return raw


def _is_doubled(raw: bytes) -> bool:
    """Whether all lines of the headers end so: single ones may be meant."""
    blank = _BLANK_LINE.search(raw, 0, MAX_HEADER_BYTES)
    stop = blank.start() + 1 if blank is not None else min(len(raw), MAX_HEADER_BYTES)
    return raw.count(b"\n", 0, stop) == raw.count(_DOUBLED, 0, stop)
