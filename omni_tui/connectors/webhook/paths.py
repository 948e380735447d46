"""Places in a payload, as a map names them.

Names and numbers with dots between them: ``sender.email``, ``items.0.text``, ``items.-1.text`` for the last. ``*`` is
every element of a list. ``[name=value]`` is the first element of a list in which ``name`` (a place of its own) is
``value``: builders of forms send their fields so, and number them anew with each field that is added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from omni_tui.text.i18n import _

_STEP = re.compile(r"\[(?P<name>[^\[\]=]+)=(?P<value>[^\]]*)\]|(?P<step>[^.\[\]]+)")
_MOST_EVERY = 1000


class BadPath(ValueError):
    """No place; the sentence says what is wrong."""


@dataclass(frozen=True, slots=True)
class Which:
    """The first element of a list whose ``name`` is ``value``."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"[{self.name}={self.value}]"


Step = str | Which


@lru_cache(256)
def steps_of(place: str) -> tuple[Step, ...]:
    """The steps of a place. Raises :class:`BadPath`."""
    steps: list[Step] = []
    at = 0
    while at < len(place):
        if steps and place[at] == ".":
            at += 1
        elif steps and place[at] != "[":
            break
        found = _STEP.match(place, at)
        if found is None:
            break
        steps.append(found["step"] or Which(found["name"].strip(), found["value"].strip()))
        at = found.end()
    if at < len(place):
        raise BadPath(
            _("{place} is no place; write names, numbers and [name=value] with dots between them").format(place=place)
        )
    return tuple(steps)


def found_at(payload: Any, steps: Sequence[Step]) -> Any:
    """What stands there; None where nothing does."""
    found = payload
    for number, step in enumerate(steps):
        if step == "*" and isinstance(found, list):
            inner = [found_at(one, steps[number + 1 :]) for one in found[:_MOST_EVERY]]
            return [one for one in inner if one is not None] or None
        found = _one(found, step)
        if found is None:
            return None
    return found


def _one(value: Any, step: Step) -> Any:
    if isinstance(step, Which):
        return next((one for one in value if _is(one, step)), None) if isinstance(value, list) else None
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and re.fullmatch(r"-?[0-9]{1,6}", step) and -len(value) <= int(step) < len(value):
        return value[int(step)]
    return None


def _is(element: Any, which: Which) -> bool:
    value = found_at(element, steps_of(which.name))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    return str(value).strip().casefold() == which.value.casefold()
