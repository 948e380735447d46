"""Generated customers: names and addresses, none of them anybody's (RFC 2606 domains)."""

from __future__ import annotations

import random
from dataclasses import dataclass

_FIRST = (
    "Ada",
    "Bela",
    "Cleo",
    "Dario",
    "Elin",
    "Faro",
    "Gita",
    "Hale",
    "Ines",
    "Jory",
    "Kaya",
    "Lino",
    "Mira",
    "Nilo",
)
_LAST = (
    "Abelin",
    "Brandt",
    "Corven",
    "Dahl",
    "Ekholm",
    "Farris",
    "Gruber",
    "Holt",
    "Ivers",
    "Jansen",
    "Keller",
    "Okker",
)
_FAMILY = "王李张刘陈杨赵黄周吴"
_GIVEN = ("晓明", "若溪", "子涵", "一帆", "佳宁", "思远", "雨桐", "浩然", "静怡", "文博")
_DOMAINS = ("post.example", "mail.example.net", "example.org", "firma.example", "youjian.example.com")


@dataclass(frozen=True, slots=True)
class Customer:
    """A made-up person."""

    name: str
    address: str
    language: str


def customer(dice: random.Random, number: int, language: str) -> Customer:
    """The ``number``-th customer."""
    if language == "zh":
        name, local = dice.choice(_FAMILY) + dice.choice(_GIVEN), "kehu"
    else:
        first, last = dice.choice(_FIRST), dice.choice(_LAST)
        name, local = f"{first} {last}", f"{first}.{last}".lower()
    return Customer(name, f"{local}.{number}@{dice.choice(_DOMAINS)}", language)
