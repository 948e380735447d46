"""Which charset bytes of unknown or wrongly named origin are in, told from how often their values occur."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

_SAMPLE = 800  # bytes from the first that is no ASCII
_FEWEST = 8  # letters of a one-byte charset by which it can be told
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
# Two bytes of one character, the second possibly an ASCII one; what stands alone is taken singly.
_PAIR = re.compile(rb"([\x81-\xfe])([\x40-\x7e\x80-\xfe])")
_SJIS = re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\xa1-\xdf]")
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xf4][\x80-\xbf]{2,3}")
_KOI8 = frozenset(("koi8-r", "koi8-u"))
_KOI8_LETTERS = re.compile(rb"[\xa3\xb3\xc0-\xff]+")
_LONGEST_WESTERN = 2  # letters in a row that English has not, as in "größer" and "créée"
_MULTIBYTE = frozenset(("gb18030", "big5hkscs", "cp932", "cp949", "euc_jp", "johab"))
_MARKS = b"\xa1\xa3"
_GB_COMMON, _BIG5_COMMON = bytes(range(0xB0, 0xD8)), bytes(range(0xA4, 0xC7))
_HANGUL, _JIS_COMMON = bytes(range(0xB0, 0xC9)), bytes(range(0xB0, 0xD0))
_WORDS_OF_ONE = (b"\xe0", b"\xe8", b"\xc0", b"\xc8")
"""French à and Italian è, which are no words in Russian (Ю, Х, ю, х)."""
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
    """The codec ``data`` is plainly in although it is labelled as ``declared``, KOI8 or East Asian; else ``''``."""
    if declared in _KOI8:
        return "cp1252" if _western_in_koi8(_sample(data, before=1)) else ""
    data = _sample(data)
    own = dict(_SCORES).get(declared)
    if own is None:
        return ""
    if not _in_rows(data):
        return "cp1252" if not _decodes(data, declared) or _western(data, declared) else ""
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


def _sample(data: bytes, before: int = 0) -> bytes:
    first = _HIGH_RUN.search(data)
    start = max(0, first.start() - before) if first is not None else 0
    return data[start : start + _SAMPLE]


def _in_rows(data: bytes) -> bool:
    """Whether high bytes come in rows, or are a good part of all: in Western text they are few and stand alone."""
    runs = _HIGH_RUN.findall(data)
    high = sum(map(len, runs))
    return sum(len(run) > 1 for run in runs) * 2 > len(runs) or high * 3 > len(data)


def _western(data: bytes, declared: str) -> bool:
    """Whether single letters are taken for pairs, for these would be hardly ever seen: GBK's characters with an ASCII
    sign behind, or Big5's with a lead above C6. Three of them may be names in an English letter."""
    leads = _leads(data)
    if declared == "gb18030":
        return len(leads.plain) > 2 * len(leads.high) + 2
    return declared == "big5hkscs" and len(leads.every) > 2 * _within(leads.every, _BIG5_COMMON) + 2


def _western_in_koi8(data: bytes) -> bool:
    """Whether letters stand within words of ASCII letters as they do in Western text.

    KOI8 has its capitals where Western charsets have small letters, and the other way round: Cyrillic capitals hardly
    ever stand beside small Latin letters, nor small Cyrillic letters before them.
    """
    western = cyrillic = 0
    for run in _KOI8_LETTERS.finditer(data):
        letters = run[0]
        before, after = data[run.start() - 1 : run.start()], data[run.end() : run.end() + 1]
        small = sum(letter >= 0xDF for letter in letters)
        if len(letters) <= _LONGEST_WESTERN and (before.islower() or after.islower()):
            capital = len(letters) == 1 and not small and not before.isalpha()
            western += small + capital
            cyrillic += len(letters) - small - capital
        elif letters not in _WORDS_OF_ONE:
            cyrillic += len(letters)
    return western > 2 * cyrillic


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


@dataclass(frozen=True, slots=True)
class _Leads:
    """The first bytes of all pairs; of those whose second is high (A1 on); of those whose second is ASCII."""

    every: bytes
    high: bytes
    plain: bytes


@lru_cache(maxsize=1)
def _leads(data: bytes) -> _Leads:
    """The same text is asked for one charset after the other."""
    pairs = _PAIR.findall(data)
    return _Leads(
        b"".join([lead for lead, _trail in pairs]),
        b"".join([lead for lead, trail in pairs if trail >= b"\xa1"]),
        b"".join([lead for lead, trail in pairs if trail <= b"\x7e"]),
    )


def _within(leads: bytes, wanted: bytes) -> int:
    """How many of ``leads`` are among ``wanted``: taking them out takes less time than asking one after the other."""
    return len(leads) - len(leads.translate(None, wanted))


def _gb(data: bytes) -> float:
    """GB2312 keeps its frequent characters in the leads B0 to D7, in the order of their sounds."""
    leads = _leads(data)
    return _within(leads.high, _GB_COMMON + _MARKS) / len(leads.every) if leads.every else 0.0


def _big5(data: bytes) -> float:
    """Big5 keeps its frequent characters in the leads A4 to C6; about two trails in five are ASCII."""
    leads = _leads(data)
    # Without any ASCII trail it may as well be GB2312 or Korean, both of which have none.
    if len(leads.plain) * 8 <= len(leads.every):
        return 0.0
    good, marks = _within(leads.high + leads.plain, _BIG5_COMMON), _within(leads.every, b"\xa1")
    return (good + marks) / len(leads.every) + 0.02


def _korean(data: bytes) -> float:
    """Hangul has the leads B0 to C8, which of Chinese text are only a half."""
    leads = _leads(data)
    if len(leads.every) <= 3:
        return 0.0
    share = (_within(leads.high, _HANGUL) + _within(leads.every, _MARKS)) / len(leads.every)
    return share + 0.05 if share > 0.9 else 0.0


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
    leads = _leads(data)
    kana = _within(leads.high, b"\xa4\xa5")
    if leads.plain or kana * 5 <= len(leads.every):
        return 0.0
    return (kana + _within(leads.high, _JIS_COMMON + _MARKS)) / len(leads.every) + 0.06


_SCORES: tuple[tuple[str, Callable[[bytes], float]], ...] = (
    ("gb18030", _gb),
    ("big5hkscs", _big5),
    ("cp949", _korean),
    ("cp932", _shift_jis),
    ("euc_jp", _euc_jp),
)
