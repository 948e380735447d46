"""Bytes to text, whatever they are labelled as: never an error, and the declared charset only if it fits."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from omni_tui.text.mail.guess import guess, is_utf8, other_than

# Labels that mean a superset of themselves in practice.
_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "x-gbk": "gb18030",
    "windows-936": "gb18030",
    "ms936": "gb18030",
    "gb_2312-80": "gb18030",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "csiso2022jp": "iso-2022-jp",
    "x-iso-2022-jp": "iso-2022-jp",
    # As browsers and mail programs do (Encoding Standard, section 4.2).
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "windows-949": "cp949",
    "windows-950": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "cn-big5": "big5hkscs",
    "cn-gb": "gb18030",
    "gb2312_charset": "gb18030",
    "chinesebig5": "big5hkscs",
    "euc-cn": "gb18030",
    "euc_cn": "gb18030",
    "gb-18030": "gb18030",
    "windows-31j": "cp932",
    "cp943": "cp932",
    "ms_kanji": "cp932",
    "sjis": "cp932",
    "ksc5601": "cp949",
    "ks_c_5601": "cp949",
    "korean": "cp949",
    "unicode": "utf-8",
    "utf8mb4": "utf-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
}
# Not charsets of text, or quadratic to decode.
_WESTERN = frozenset(("cp1252", "cp1250", "cp1254", "iso8859-2", "iso8859-15", "mac-roman", "cp437", "cp850"))
_REFUSED = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
# ASCII bytes mean something else in these.
_NOT_ASCII = re.compile(r"utf-?_?(?:7|16|32)|iso-?_?2022|hz")
_WIDE = re.compile(r"utf-?_?16")


@lru_cache(maxsize=256)
def codec_for(label: str) -> str:
    """The Python codec for a charset label, or ``''`` if there is none to be trusted."""
    name = label.strip(" \t\"'").partition("*")[0].lower()
    name = _ALIASES.get(name, name)
    if not name or len(name) > 40 or not name.isascii() or "\0" in name:
        return ""
    try:
        info = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError):
        return ""
    return "" if info.name.replace("-", "_") in _REFUSED else info.name


def decode(data: bytes, label: str = "", hint: str = "") -> str:
    """The text in ``data``: as labelled unless its bytes say otherwise, else UTF-8, ``hint``, what they look like.

    A labelled charset that fits but for a few damaged bytes is kept, with U+FFFD for those. The last resort is
    Windows-1252.
    """
    declared = codec_for(label) if label else ""
    if data.isascii() and not (declared and _NOT_ASCII.match(declared)):
        if b"\x1b" not in data or b"\x1b$" not in data:  # one byte is looked for in a tenth of the time
            return data.decode("ascii")
        declared = "iso2022_jp_ext"
    if declared in ("", "utf-8"):
        text = _decoded(data, "utf-8")
        if text is None and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = _decoded(data, "utf-16")
        return text if text is not None else _unlabelled(data, declared, hint)
    # Forwarders and scripts label UTF-8 as whatever they were configured for.
    if not _NOT_ASCII.match(declared) and (text := _decoded(data, "utf-8")) is not None and is_utf8(data, declared):
        return text
    # A Western charset fits any bytes, so that it fits is no proof.
    found = guess(data) if declared in _WESTERN else other_than(data, declared)
    text = _decoded(data, found or declared)
    return text if text is not None else _unlabelled(data, declared, hint)


def _unlabelled(data: bytes, declared: str, hint: str) -> str:
    """Text that is not in the charset it should be in."""
    if _WIDE.match(declared) and len(data) % 2 and (text := _decoded(data[:-1], declared)) is not None:
        return text + "\ufffd"  # cut, or a line end within it was changed on the way
    damaged = data.decode(declared or "utf-8", "replace")
    lost = damaged.count("\ufffd")
    foreign = sum(char > "\x7f" for char in damaged) - lost
    if lost <= 1 + len(data) // 50 and foreign > 2 * lost:
        return damaged
    hinted = codec_for(hint) if hint else ""
    for codec in (other_than(data, hinted) or hinted, guess(data)):
        if codec and (text := _decoded(data, codec)) is not None:
            return text
    return data.decode(guess(data) or "cp1252", "replace")


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeError:
        return None
