"""Bytes to text, whatever they are labelled as: never an error, and the declared charset only if it fits."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

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
}
# Not charsets of text, or quadratic to decode.
_REFUSED = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
_STATEFUL = re.compile("utf-?(?:7|16|32)|iso-?2022|hz", re.IGNORECASE)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


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
    return "" if info.name.replace("-", "_") in _REFUSED else name


def decode(data: bytes, label: str = "", hint: str = "") -> str:
    """The text in ``data``: as labelled, else UTF-8, ``hint``, GB18030, Windows-1252, whichever fits first.

    A labelled charset that fits but for a few damaged bytes is kept, with U+FFFD for those.
    """
    if data.isascii() and not _STATEFUL.match(label.strip()):
        return data.decode("ascii")
    declared = codec_for(label)
    for codec in dict.fromkeys((declared, "utf-8", codec_for(hint))):
        if codec:
            try:
                return data.decode(codec)
            except UnicodeError:
                continue
    damaged = data.decode(declared or "utf-8", "replace")
    lost = damaged.count("\ufffd")
    foreign = sum(char > "\x7f" for char in damaged) - lost
    if lost <= 1 + len(data) // 50 and foreign > 2 * lost:
        return damaged
    if _paired(data):
        try:
            return data.decode("gb18030")
        except UnicodeError:
            pass
    return data.decode("cp1252", "replace")


def _paired(data: bytes) -> bool:
    """Whether high bytes mostly come in pairs, as in Chinese; in Western text they mostly stand alone."""
    runs = [len(run) for run in _HIGH_RUN.findall(data[:20_000])]
    return sum(length > 1 for length in runs) > len(runs) // 2
