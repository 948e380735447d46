"""Which charset bytes of unknown or wrongly named origin are in, told from how often their values occur."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_SAMPLE = 800  # bytes from the first that is no ASCII
_FEWEST = 8  # letters of a one-byte charset by which it can be told
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
# Two bytes of one character, the second possibly an ASCII one; what stands alone is taken singly.
_PAIR = re.compile(rb"([\x81-\xfe])([\x40-\x7e\x80-\xfe])")
_SJIS = re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\xa1-\xdf]")
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xf4][\x80-\xbf]{2,3}")
_MULTIBYTE = frozenset(("gb18030", "big5hkscs", "cp932", "cp949", "euc_jp", "johab"))
_SURE, _UNLIKELY = 0.85, 0.5


def is_utf8(data: bytes, declared: str) -> bool:
    """Whether bytes that decode as UTF-8 are meant so, although they are labelled ``declared``.

    Text in a Western charset is hardly ever valid UTF-8; characters of two bytes in East Asian charsets may be by
    accident, but hardly several times in a row.
    """
    if declared not in _MULTIBYTE:
        return True
    found = _UTF8.findall(_sample(data))
    return len(found) > 3 or sum(len(each) > 2 for each in found) > 1


def other_than(data: bytes, declared: str) -> str:
    """The codec ``data`` is plainly in although it is labelled as ``declared``, an East Asian one; else ``''``."""
    data = _sample(data)
    own = dict(_SCORES).get(declared)
    if own is None:
        return ""
    if not _in_rows(data):
        return "" if _decodes(data, declared) else "cp1252"
    if len(data) < 40:
        return ""
    if declared == "gb18030" and _korean(data) > 1 and _decodes(data, "cp949"):
        return "cp949"  # fits GB2312 as well, but no Chinese goes on for so long with half of its characters
    if own(data) >= _UNLIKELY:
        return ""
    scores = _east_asian(data)
    best = max(scores, key=lambda codec: scores[codec], default="")
    return best if best and scores[best] >= _SURE else ""


def guess(data: bytes) -> str:
    """The codec of non-ASCII text that is not UTF-8, ``''`` where nothing speaks for any but a Western one."""
    data = _sample(data)
    if not _in_rows(data):
        return ""
    if found := _one_byte(data):
        return found
    scores = _east_asian(data)
    best = max(scores, key=lambda codec: scores[codec], default="")
    return best if best and scores[best] >= _UNLIKELY else ""


def _sample(data: bytes) -> bytes:
    first = _HIGH_RUN.search(data)
    start = first.start() if first is not None else 0
    return data[start : start + _SAMPLE]


def _in_rows(data: bytes) -> bool:
    """Whether high bytes come in rows, or are a good part of all: in Western text they are few and stand alone."""
    runs = _HIGH_RUN.findall(data)
    high = sum(map(len, runs))
    return sum(len(run) > 1 for run in runs) * 2 > len(runs) or high * 3 > len(data)


def _one_byte(data: bytes) -> str:
    """Lower-case letters, most of any text, have the upper quarter in Windows-1251 and the one below in KOI8-R."""
    high = sum(map(len, _HIGH_RUN.findall(data)))
    upper = _count(data, range(0xE0, 0x100))
    middle = _count(data, range(0xC0, 0xE0))
    if high < _FEWEST or (upper + middle) * 10 < high * 9:
        return ""
    if upper * 4 > high * 3:
        # The commonest vowels of Greek against those of Russian.
        return "cp1253" if _count(data, (0xE1, 0xE9, 0xEF)) > _count(data, (0xE0, 0xE8, 0xEE)) else "cp1251"
    return "koi8-r" if middle * 4 > high * 3 else ""


def _count(data: bytes, values: Iterable[int]) -> int:
    return sum(data.count(bytes((value,))) for value in values)


def _east_asian(data: bytes) -> dict[str, float]:
    return {codec: score(data) for codec, score in _SCORES if _decodes(data, codec)}


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        return error.start > len(data) - 4 and len(data) == _SAMPLE  # only cut by us
    return True


def _pairs(data: bytes) -> list[tuple[bytes, bytes]]:
    return _PAIR.findall(data)


def _gb(data: bytes) -> float:
    """GB2312 keeps its frequent characters in the leads B0 to D7, in the order of their sounds."""
    pairs = _pairs(data)
    if not pairs:
        return 0.0
    good = sum(b"\xb0" <= lead <= b"\xd7" and trail >= b"\xa1" for lead, trail in pairs)
    marks = sum(lead in b"\xa1\xa3" and trail >= b"\xa1" for lead, trail in pairs)
    return (good + marks) / len(pairs)


def _big5(data: bytes) -> float:
    """Big5 keeps its frequent characters in the leads A4 to C6; about two trails in five are ASCII."""
    pairs = _pairs(data)
    if not pairs:
        return 0.0
    good = sum(b"\xa4" <= lead <= b"\xc6" and (trail <= b"\x7e" or trail >= b"\xa1") for lead, trail in pairs)
    marks = sum(lead == b"\xa1" for lead, _trail in pairs)
    ascii_trails = sum(trail <= b"\x7e" for _lead, trail in pairs)
    # Without any ASCII trail it may as well be GB2312 or Korean, both of which have none.
    return (good + marks) / len(pairs) + 0.02 if ascii_trails * 8 > len(pairs) else 0.0


def _korean(data: bytes) -> float:
    """Hangul has the leads B0 to C8, which of Chinese text are only a half."""
    pairs = _pairs(data)
    if not pairs:
        return 0.0
    good = sum(b"\xb0" <= lead <= b"\xc8" and trail >= b"\xa1" for lead, trail in pairs)
    marks = sum(lead in b"\xa1\xa3" for lead, _trail in pairs)
    share = (good + marks) / len(pairs)
    return share + 0.05 if share > 0.9 and len(pairs) > 3 else 0.0


def _shift_jis(data: bytes) -> float:
    """Hiragana and katakana have the leads 82 and 83, which nothing else uses for frequent characters."""
    found = _SJIS.findall(data)
    if not found:
        return 0.0
    kana = sum(each[:1] in (b"\x82", b"\x83") for each in found)
    common = sum(len(each) == 2 and b"\x88" <= each[:1] <= b"\x97" for each in found)
    marks = sum(each[:1] == b"\x81" for each in found)
    return (kana + common + marks) / len(found) + 0.06 if kana * 5 > len(found) else 0.0


def _euc_jp(data: bytes) -> float:
    """The same with the leads A4 and A5."""
    pairs = _pairs(data)
    if not pairs:
        return 0.0
    kana = sum(lead in b"\xa4\xa5" and trail >= b"\xa1" for lead, trail in pairs)
    common = sum(b"\xb0" <= lead <= b"\xcf" and trail >= b"\xa1" for lead, trail in pairs)
    marks = sum(lead in b"\xa1\xa3" for lead, _trail in pairs)
    ascii_trails = any(trail <= b"\x7e" for _lead, trail in pairs)
    return (kana + common + marks) / len(pairs) + 0.06 if kana * 5 > len(pairs) and not ascii_trails else 0.0


_SCORES: tuple[tuple[str, Callable[[bytes], float]], ...] = (
    ("gb18030", _gb),
    ("big5hkscs", _big5),
    ("cp949", _korean),
    ("cp932", _shift_jis),
    ("euc_jp", _euc_jp),
)
