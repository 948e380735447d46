"""What a page or an engine posts, read with distrust, and what they are told."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from omni_tui.relay.chat.store import Entry, Session
from omni_tui.text.clean import storable, storable_line

LONGEST_TEXT = 8_000
LONGEST_LINE = 200
_LONGEST_URL = 1_000
_KEY = re.compile(r"[0-9A-Za-z_-]{16,64}")
_EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,190}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?\"<>|]+")
_MAGIC: Mapping[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "application/pdf": (b"%PDF-",),
}


class Malformed(ValueError):
    """It is not what this address takes; the sentence is for whoever builds the page."""


def read_object(body: bytes) -> Mapping[str, Any]:
    """The JSON object in ``body``. Raises :class:`Malformed`."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(found, dict):
        raise Malformed("not an object")
    return found


def text_of(found: Mapping[str, Any], name: str = "text") -> str:
    """A text, as it can be stored."""
    value = found.get(name, "")
    if not isinstance(value, str):
        raise Malformed(f"{name} is no text")
    if len(value) > LONGEST_TEXT:
        raise Malformed(f"{name} is longer than {LONGEST_TEXT} characters")
    return storable(value).strip()


def line_of(found: Mapping[str, Any], name: str, most: int = LONGEST_LINE) -> str:
    """A text of one line, cut; empty where it is none."""
    value = found.get(name, "")
    return storable_line(value[:most]).strip() if isinstance(value, str) else ""


def key_of(found: Mapping[str, Any], name: str = "id") -> str:
    """What a page calls its own message."""
    value = found.get(name)
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise Malformed(f"{name} is 16 to 64 letters, digits, - and _")
    return value


def number_of(found: Mapping[str, Any], name: str) -> int:
    """A number, 0 where it is none."""
    value = found.get(name, 0)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53 else 0


def names_of(found: Mapping[str, Any], name: str, most: int) -> tuple[str, ...]:
    """A list of short texts."""
    value = found.get(name, [])
    if not isinstance(value, list) or len(value) > most or not all(isinstance(one, str) for one in value):
        raise Malformed(f"{name} is a list of at most {most} texts")
    return tuple(one[:LONGEST_LINE] for one in value)


def email_of(found: Mapping[str, Any]) -> str:
    """A mail address as typed; empty where it cannot be one."""
    value = line_of(found, "email", 254)
    return value if _EMAIL.fullmatch(value) else ""


def page_of(found: Mapping[str, Any]) -> str:
    """The address of the page, without what stands behind the ``#``."""
    value = line_of(found, "page", _LONGEST_URL).partition("#")[0]
    return value if value.startswith(("https://", "http://")) else ""


def language_of(found: Mapping[str, Any]) -> str:
    """A language's tag (BCP 47)."""
    value = line_of(found, "language", 35)
    return value if _LANGUAGE.fullmatch(value) else ""


def file_name(value: str) -> str:
    """A name without a path, controls or what turns text round; never empty, never hidden."""
    name = _UNSAFE.sub("_", storable_line(value)).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(name) > 120:
        name = f"{stem[: 119 - len(suffix[:20])]}.{suffix[:20]}"
    return name[:120] or "file"


def is_what_it_says(mime: str, data: bytes) -> bool:
    """Whether the bytes begin as those of the type do, where that is known."""
    begins = _MAGIC.get(mime)
    return begins is None or data.startswith(begins)


def told(entry: Entry) -> dict[str, Any]:
    """An entry as the visitor's browser gets it; the engine's own keys are not for it."""
    found: dict[str, Any] = {"seq": entry.seq, "side": entry.side, "text": entry.text, "at": entry.at}
    if entry.side == "visitor":
        found["id"] = entry.key
    if entry.agent:
        found["agent"] = entry.agent
    if entry.way:
        found["by"] = entry.way
    if entry.files:
        found["files"] = list(entry.files)
    return found


def arrived(session: Session, key: str, text: str, now: int, fresh: Mapping[str, Any]) -> dict[str, Any]:
    """A visitor's message as the engine gets it; ``fresh`` is what it was not told yet."""
    return {
        "type": "message",
        "id": key,
        "visitor": session.id,
        "user": session.user,
        "name": session.name,
        "text": text,
        "at": now,
        **fresh,
    }
