"""How mails go to a parsing process and what comes back: frames of plain values, never pickled objects.

A frame is its length in four bytes and a ``marshal`` of tuples, dicts, strings, bytes and numbers: reading one runs
no code and makes nothing but the dataclasses of ``model.events``, whatever a mail made of the process that wrote it.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from omni_tui.model import events, facts
from omni_tui.model.events import RemoteMessage

HEAD = 4
LARGEST = 1 << 30
_KIND = ""
_PLAIN = frozenset((str, int, bool, bytes, float, type(None)))
_KNOWN: dict[str, Callable[..., Any]] = {
    name: each
    for name, each in (vars(events) | vars(facts)).items()
    if isinstance(each, type) and (is_dataclass(each) or issubclass(each, Enum))
}
_NOT_SENT = frozenset(("raw", "locator", "receipt_at"))
"""What the asker knows anyway."""


@dataclass(frozen=True, slots=True)
class RawMail:
    """A mail to read. ``unreadable`` says why it is known beforehand that its text cannot be had."""

    raw: bytes
    locator: str
    receipt_at: int
    unreadable: str = ""


def pack(values: Any) -> bytes:
    """A frame."""
    data = marshal.dumps(values)
    return len(data).to_bytes(HEAD, "big") + data


def unpack(read: Callable[[int], bytes]) -> Any:
    """The values of the next frame; ``read`` gives exactly so many bytes. Raises EOFError where it ends."""
    head = read(HEAD)
    if len(head) < HEAD:
        raise EOFError
    size = int.from_bytes(head, "big")
    if size > LARGEST:
        raise EOFError
    data = read(size)
    if len(data) < size:
        raise EOFError
    return marshal.loads(data)  # noqa: S302 - plain values alone: nothing in them is executed


def mail_values(mail: RawMail) -> tuple[bytes, str, int, str]:
    """A mail as a frame carries it."""
    return (mail.raw, mail.locator, mail.receipt_at, mail.unreadable)


def message_values(message: RemoteMessage) -> dict[str, Any]:
    """A message as a frame carries it, without what the asker has."""
    return {
        field.name: _plain(getattr(message, field.name)) for field in fields(message) if field.name not in _NOT_SENT
    }


def message_of(values: Any, mail: RawMail) -> RemoteMessage:
    """The message a process made of ``mail``. Raises TypeError, ValueError or KeyError if it is none."""
    found = {name: _whole(value) for name, value in values.items()}
    return RemoteMessage(**found, raw=mail.raw, locator=mail.locator, receipt_at=mail.receipt_at)


def _plain(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    if isinstance(value, Enum):
        return {_KIND: type(value).__name__, "value": value.value}
    return {_KIND: type(value).__name__, **{each.name: _plain(getattr(value, each.name)) for each in fields(value)}}


def _whole(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_whole, value))
    if isinstance(value, dict):
        return _KNOWN[value.pop(_KIND)](**{name: _whole(each) for name, each in value.items()})
    return value
