"""Where in a payload each field of a map was found, and where the others might be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from omni_tui.connectors.webhook import mapping
from omni_tui.connectors.webhook.paths import BadPath, found_at, steps_of
from omni_tui.text.i18n import _

_MOST_NAMES = 12
_MOST_PLACES = 500
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class TracedField:
    """One field of the map. ``found_at`` is the place that held ``value``; empty where none did.

    ``problem`` says what is wrong with it; ``near`` is a place that exists and looks like the one meant.
    """

    name: str
    places: str
    found_at: str = ""
    value: str = ""
    problem: str = ""
    near: str = ""


def traced(payload: Any, paths: Mapping[str, str], asked_for: Sequence[str]) -> tuple[TracedField, ...]:
    """Every field of ``paths`` looked up; one that is missing is a problem where it is among ``asked_for``."""
    return tuple(_traced(payload, name, places, name in asked_for) for name, places in paths.items())


def _traced(payload: Any, name: str, places: str, asked_for: bool) -> TracedField:
    split = [place.strip() for place in places.split("|")]
    for place in split:
        value = mapping.find(payload, place)
        if value is not None:
            shown = mapping.as_text(value)
            return TracedField(name, places, place, shown[:_LONGEST], _wrong(name, place, value, shown))
    if not asked_for:
        return TracedField(name, places)
    near = next((found[0] for place in split if (found := _near(payload, place))), "")
    return TracedField(name, places, problem=" ".join(_missing(payload, place) for place in split), near=near)


def _wrong(name: str, place: str, value: Any, shown: str) -> str:
    if name == "attachments":
        return (
            "" if mapping.links_of(value) else _("What stands at {place} is no address of a file.").format(place=place)
        )
    if name == "time":
        return "" if mapping.when(value) is not None else _("What stands at {place} is no time.").format(place=place)
    return "" if shown else _("What stands at {place} is no text.").format(place=place)


def _missing(payload: Any, place: str) -> str:
    """How far the path leads, and what there is where it ends."""
    try:
        steps = steps_of(place)
    except BadPath as error:
        return f"{error}."
    reached, here = 0, payload
    while reached < len(steps) and (after := found_at(payload, steps[: reached + 1])) is not None:
        here, reached = after, reached + 1
    where = ".".join(map(str, steps[:reached])).replace(".[", "[")
    names = _names(here)
    if not where:
        text = _("There is nothing at {place}; the payload has {names}.")
    elif names:
        text = _("There is nothing at {place}; {where} has {names}.")
    else:
        text = _("There is nothing at {place}; {where} is a value by itself.")
    return text.format(place=place or _("an empty path"), where=where, names=names or _("no names"))


def _names(value: Any) -> str:
    if isinstance(value, dict):
        named = [str(name)[:40] for name in list(value)[:_MOST_NAMES]]
    elif isinstance(value, list) and value:
        named = [f"0…{len(value) - 1}" if len(value) > 1 else "0"]
    else:
        return ""
    return ", ".join(named) + (", …" if isinstance(value, dict) and len(value) > _MOST_NAMES else "")


def _near(payload: Any, place: str) -> list[str]:
    """Places of the payload that end like ``place``, or are spelled like it."""
    there = _places(payload)
    last = place.rpartition(".")[2]
    same_end = [one for one in there if one.rpartition(".")[2].lower() == last.lower()]
    return same_end[:1] or get_close_matches(place, there, n=1, cutoff=0.7)


def _places(payload: Any) -> list[str]:
    """Every place with a text or number, nearest the top first; a bounded number of them."""
    found: list[str] = []
    open_: list[tuple[str, Any]] = [("", payload)]
    for prefix, value in open_:
        if len(open_) > _MOST_PLACES:
            break
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for name, inner in pairs:
            place = f"{prefix}.{name}" if prefix else str(name)
            if isinstance(inner, dict | list):
                open_.append((place, inner))
            elif mapping.as_text(inner):
                found.append(place)
    return found[:_MOST_PLACES]
