"""From any payload to a message, by the paths of the configuration. Pure; what is not there is empty."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from omni_tui.connectors.webhook.forms import fields_of, is_form
from omni_tui.connectors.webhook.paths import BadPath, found_at, steps_of
from omni_tui.text.i18n import _

_LONGEST = 200_000
_MOST_LINES = 1000
_YEAR_3000_MS = 32_503_680_000_000


class Unmapped(ValueError):
    """The payload holds no message by this map; the sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a payload says, as text. ``at`` is epoch milliseconds, None where no time was found."""

    id: str
    sender: str
    name: str
    text: str
    thread: str
    subject: str
    at: int | None
    links: tuple[str, ...] = ()


def read(body: bytes, content_type: str) -> Any:
    """The payload of a JSON or form post. Raises :class:`Unmapped` for anything else."""
    if is_form(content_type):
        try:
            return fields_of(body, content_type)
        except ValueError as error:
            raise Unmapped(_("It is no form.")) from error
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unmapped(_("It is neither JSON nor a form.")) from error


def mapped(payload: Any, paths: Mapping[str, str], *, files: int = 0) -> Mapped:
    """The message in ``payload``, which has so many files. Raises :class:`Unmapped` when nobody wrote it or it says
    nothing."""
    text, links = as_text(find(payload, paths["text"])), links_of(find(payload, paths["attachments"]))
    sender = as_text(find(payload, paths["sender"]))
    if not sender:
        raise Unmapped(_("There is no sender at {path}.").format(path=paths["sender"]))
    if not text and not links and not files:
        raise Unmapped(_("There is no text at {path}.").format(path=paths["text"]))
    return Mapped(
        id=as_text(find(payload, paths["id"])),
        sender=sender,
        name=as_text(find(payload, paths["name"])),
        text=text,
        thread=as_text(find(payload, paths["thread"])),
        subject=as_text(find(payload, paths["subject"])),
        at=when(find(payload, paths["time"])),
        links=links,
    )


def find(payload: Any, places: str) -> Any:
    """What stands at the first of ``places`` that holds something; None where none does."""
    for place in places.split("|"):
        found = _at(payload, place.strip())
        if found not in (None, "", [], {}):
            return found
    return None


def _at(payload: Any, path: str) -> Any:
    if isinstance(payload, dict) and path in payload:
        return payload[path]  # a form's own field may have dots in its name
    try:
        return found_at(payload, steps_of(path)) if path else None
    except BadPath:
        return None


def as_text(value: Any) -> str:
    """A text, a number, or a list of them in lines; empty for anything else."""
    if isinstance(value, list):
        lines = (_line(each) for each in islice(_flat(value), _MOST_LINES))
        return "\n".join(filter(None, lines))[:_LONGEST]
    return _line(value)


def _line(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    # Browsers end a form's lines with CR LF.
    return str(value)[:_LONGEST].replace("\r\n", "\n").strip()


def _flat(value: list[Any]) -> Iterator[Any]:
    """What stands in the lists within ``value``, which somebody may nest as deep as JSON lets them."""
    inside = [iter(value)]
    while inside:
        for each in inside[-1]:
            if isinstance(each, list):
                inside.append(iter(each))
                break
            yield each
        else:
            inside.pop()


def links_of(value: Any) -> tuple[str, ...]:
    """Addresses of files: texts, or tables with a ``url``. They are shown, never fetched."""
    if isinstance(value, str | dict):
        value = [value]
    if not isinstance(value, list):
        return ()
    found = [each.get("url") if isinstance(each, dict) else each for each in value[:50]]
    return tuple(url[:2000] for url in found if isinstance(url, str) and url.startswith(("https://", "http://")))


def when(value: Any) -> int | None:
    """A time as epoch milliseconds: seconds or milliseconds since 1970, or ISO 8601 (UTC where it names no zone)."""
    if isinstance(value, str):
        text = value.strip()
        try:
            number = float(text)
        except ValueError:
            try:
                found = datetime.fromisoformat(text)
            except ValueError:
                return None
            number = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:  # a number of more than three hundred figures
            return None
    else:
        return None
    if not math.isfinite(number) or number <= 0:
        return None
    stamp = int(number if number > 1e11 else number * 1000)
    return stamp if stamp < _YEAR_3000_MS else None
