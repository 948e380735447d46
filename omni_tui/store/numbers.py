"""Numbers of a counter that is not locked yet: right as soon as they are stored, whatever the counter says by then."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Values = Mapping[str, Any]


class Numbered(int):
    """The number ``ahead`` of ``counter``, and what it is worth if nobody else counts meanwhile.

    Bound to a statement it is worked out by the database, which adds ``ahead`` to the counter as it stands. What is
    reckoned with it here is a plain number that may be another's by then. With ``bits`` only so many of its last ones
    count, on top of ``base``.
    """

    counter: str
    ahead: int
    base: int
    bits: int

    def __new__(cls, counter: str, stands: int, ahead: int, base: int = 0, bits: int = 0) -> Numbered:
        """``stands`` is the counter as it was seen."""
        number = stands + ahead
        made = super().__new__(cls, base + (number & (1 << bits) - 1) if bits else number)
        made.counter, made.ahead, made.base, made.bits = counter, ahead, base, bits
        return made


def on_top(base: int, number: int, bits: int) -> int:
    """The last ``bits`` of a counter's number, on top of ``base``."""
    if isinstance(number, Numbered):
        return Numbered(number.counter, number - number.ahead, number.ahead, base, bits)
    return base + (number & (1 << bits) - 1)


class Counts:
    """How far one transaction counted. ``number`` gives what stands so far ahead of a counter."""

    def __init__(self, number: Callable[[str, int], int]) -> None:
        self._number = number
        self._ahead: dict[str, int] = {}
        self._set: dict[str, int] = {}

    def next(self, counter: str) -> int:
        """The next number."""
        self._ahead[counter] = self._ahead.get(counter, 0) + 1
        return self._stands(counter)

    def go_on_from(self, counter: str, number: int) -> None:
        """Count on from ``number``, whatever it was."""
        self._set[counter], self._ahead[counter] = number, 0

    def start_over(self, counter: str) -> None:
        """Count on from where the store is."""
        self._set.pop(counter, None)
        self._ahead.pop(counter, None)

    def counted(self) -> list[tuple[str, int]]:
        """Every counter that was counted, and how far it is."""
        return [(counter, self._stands(counter)) for counter in self._ahead]

    def copy(self) -> Counts:
        """The same, to come back to."""
        made = Counts(self._number)
        made._ahead, made._set = dict(self._ahead), dict(self._set)
        return made

    def _stands(self, counter: str) -> int:
        ahead = self._ahead[counter]
        return self._set[counter] + ahead if counter in self._set else self._number(counter, ahead)


def worked_out(sql: str, values: Values) -> tuple[str, Values]:
    """A statement whose numbers of counters the database works out."""
    numbers = {name: value for name, value in values.items() if isinstance(value, Numbered)}
    if not numbers:
        return sql, values
    kinds = tuple((name, value.counter, value.bits) for name, value in numbers.items())
    aheads = {name: value.ahead for name, value in numbers.items()}
    bases = {f"{name}_base": value.base for name, value in numbers.items() if value.bits}
    return _with_counters(sql, kinds), {**values, **aheads, **bases}


def from_counter(counter: str, ahead: str) -> str:
    """SQL for the number ``ahead`` (SQL too) of a counter. ``counter`` is a name of ours, never one from outside."""
    if re.fullmatch("[a-z_]+", counter) is None:
        raise ValueError(f"no counter is named {counter!r}")
    return f"((SELECT value FROM counters WHERE name = '{counter}') + {ahead})"


@lru_cache(maxsize=256)
def _with_counters(sql: str, numbers: tuple[tuple[str, str, int], ...]) -> str:
    for name, counter, bits in numbers:
        number = from_counter(counter, f":{name}")
        if bits:
            number = f"(:{name}_base + ({number} & {(1 << bits) - 1}))"
        sql = re.sub(rf"(?<![:\w]):{name}\b", number, sql)
    return sql
