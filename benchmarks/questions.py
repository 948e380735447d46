"""Questions nobody thought of: made up of every part the query language has, the same ones for a seed."""

from __future__ import annotations

import random

from benchmarks import people, words

_FIELDS = (
    *("is:open", "is:open", "is:open", "is:snoozed", "is:resolved", "is:any", "is:waiting", "is:unread", "is:bulk"),
    *("is:spam", "-is:open", "is:failed", "assignee:me", "assignee:none", "assignee:jo", "tag:tag-3", "tag:tag-7"),
    *("-tag:tag-5", "tag:nowhere", "has:note", "has:attachment", "has:draft", "priority:urgent", "priority:normal"),
    *("kind:mail", "channel:shop", "after:7d", "after:30d", "after:1y", "before:1y", "before:30d", "-before:90d"),
    "ref:150000",
)
_KOREAN = ("환불", "배송", "주문", "환", "감사합니다")


def made_up(dice: random.Random) -> str:
    """One question: mostly one or two words, sometimes with everything the language has."""
    language = words.language(dice)
    parts = [_words(dice, language) for _ in range(dice.choices((0, 1, 2, 3, 4), (1, 11, 6, 2, 1))[0])]
    parts += dice.sample(_FIELDS, dice.choices((0, 1, 2, 3), (12, 6, 2, 1))[0])
    if not parts:
        parts.append(_words(dice, language))
    dice.shuffle(parts)
    return " ".join(parts)


def _words(dice: random.Random, language: str) -> str:
    kind = dice.choices(("plain", "not", "either", "whose", "phrase"), (15, 2, 2, 2, 2))[0]
    if kind == "not":
        return f"-{_word(dice, language)}"
    if kind == "either":
        sides = [
            _word(dice, language) if dice.random() < 0.8 else dice.choice(_FIELDS)
            for _ in range(dice.choice((2, 2, 3)))
        ]
        return f"{dice.choice(('', '', '', '-'))}({' OR '.join(sides)})"
    if kind == "whose":
        name = dice.choice(people.customer(dice, dice.randrange(1000), language).name.split() or ["a"])
        key = dice.choice(("from", "customer", "customer", "-from"))
        return f"{key}:{name[: dice.choice((1, 2, 3, 20))]}"
    if kind == "phrase":
        return f'"{_some(dice, language, 2)}"'
    return _word(dice, language)


def _word(dice: random.Random, language: str) -> str:
    """A word as they come in messages, common or rare, or the beginning of one."""
    number = dice.random()
    if number < 0.04:
        return dice.choice(_KOREAN)
    if number < 0.08:
        return f"so-{dice.randrange(1_000_000)}"
    if number < 0.14:
        return f"so-{dice.randrange(1_000_000)}"[: dice.randint(3, 7)] + "*"
    word = _some(dice, language, 1)
    if not word.isascii() and not word.isalpha():
        return word
    if ord(word[0]) > 0x3000:
        at = dice.randrange(len(word))
        return word[at : at + dice.choice((1, 1, 2, 2, 4))]
    return word[: dice.randint(1, 5)] + "*" if number < 0.3 else word


def _some(dice: random.Random, language: str, number: int) -> str:
    """So many words that stand together in a message; of Chinese some characters."""
    text = words.sentence(dice, language, 12).rstrip(".。")
    if language == "zh":
        at = dice.randrange(len(text) - 4)
        return text[at : at + 4]
    some = text.split()
    at = dice.randrange(len(some) - number + 1)
    return " ".join(some[at : at + number])
