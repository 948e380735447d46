"""The many ways to say a time, brought to few: ``明早`` → ``明天早上``, ``an hour`` → ``1 hour``."""

from __future__ import annotations

import re

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2}
# A number stands before a unit; behind the word for week it is a day of the week.
_NUMBER = re.compile(
    r"(?<![周期拜週零一二两兩三四五六七八九十])([零一二两兩三四五六七八九十]{1,3})"
    r"(?=个|個|半|小时|小時|时|時|点|點|分|天|日|周|週|星期|月|号|號)|(?<=[点點时時])([零一二三四五六七八九十]{1,3})$"
)
_SPELLED: tuple[tuple[str, str], ...] = (
    (r"(\d+)[个個]半(?:小时|小時|钟头)[后後]?", "<half>"),
    (r"半[个個]?(?:小时|小時|钟头)[后後]?", "30 分"),
    (r"(\d+)[个個](小时|小時|月|星期|钟头)", r"\1\2"),
    (r"钟头", "小时"),
    (r"([今明后後])(早|晚)上?", r"\1天\2上"),
    (r"后天(?=早上|晚上)", "后天"),
    (r"([点點时時])(\d{1,2})分?(?=$|\s)", r":\2"),
    (r"[点點]一刻", ":15"),
    (r"[点點]三刻", ":45"),
    (r"\b(?:half an hour|1/2 hour|halbe stunde)\b", "30 min"),
    (r"\b(?:an?|one|eine?[rn]?)\s+(?=(?:hour|day|week|month|minute|stunde|tag|woche|monat)\b)", "1 "),
    (r"^(?:this|coming|diese[nrs]?)\s+", ""),
    (r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1"),
)
_RULES = tuple((re.compile(pattern), by) for pattern, by in _SPELLED)

PARTS = {
    9: "morning vormittag morgens früh 早上 上午 早晨",
    12: "noon midday mittag mittags 中午",
    14: "afternoon nachmittag 下午",
    17: "eod 下班 下班前 feierabend",
    19: "evening night abend 晚上 傍晚",
}
"""The hour of a part of the day, where no other is said."""
HOURS = {word: hour for hour, words in PARTS.items() for word in words.split()} | {"end of day": 17}

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner",
            "feb february februar",
            "mar march märz maerz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        1,
    )
    for name in names.split()
}


def plain(words: str) -> str:
    """``words`` (lower case, single spaces) with numbers as digits and one word for what has many."""
    words = _NUMBER.sub(lambda found: str(_value(found[1] or found[2])), words)
    for pattern, by in _RULES:
        words = pattern.sub(_minutes if by == "<half>" else by, words)
    return " ".join(words.split())


def _minutes(found: re.Match[str]) -> str:
    return f"{int(found[1][:4]) * 60 + 30} 分"


def _value(signs: str) -> int:
    """``十`` is 10, ``十二`` 12, ``二十`` 20, ``二十三`` 23."""
    if "十" not in signs:
        return int("".join(str(_DIGITS[sign]) for sign in signs))
    tens, _ten, ones = signs.partition("十")
    value = _DIGITS.get(tens, 1) * 10
    return value + _DIGITS.get(ones, 0)
