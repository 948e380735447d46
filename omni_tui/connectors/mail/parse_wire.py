"""How mails go to a parsing process and what comes back: frames of plain values, never pickled objects.

A frame is its length in four bytes and a ``marshal`` of tuples, dicts, strings, bytes and numbers; a list is a name of
a dataclass and its values. Reading one runs no code and makes nothing but the dataclasses of ``model.events``, whatever
a mail made of the process that wrote it.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from omni_tui.model import events, facts
from omni_tui.model.events import RemoteMessage

HEAD = 4
LARGEST = 1 << 30
_PLAIN = frozenset((str, int, bool, bytes, float, type(None)))
_KNOWN: dict[str, Callable[..., Any]] = {
    name: each
    for name, each in (vars(events) | vars(facts)).items()
    if isinstance(each, type) and (is_dataclass(each) or issubclass(each, Enum))
}
_FIELDS: dict[Any, tuple[str, ...]] = {
    each: tuple(field.name for field in fields(each)) for each in _KNOWN.values() if is_dataclass(each)
}
_NOT_SENT = frozenset(("raw", "locator", "receipt_at"))
"""What the asker knows anyway."""
_SENT = tuple((field.name, field.default) for field in fields(RemoteMessage) if field.name not in _NOT_SENT)


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


def frames(held: bytearray) -> Iterator[Any]:
    """The values of the whole frames at the beginning of ``held``, which are taken off it. Raises EOFError for a frame
    of no possible size.
    """
    while len(held) >= HEAD:
        end = HEAD + int.from_bytes(held[:HEAD], "big")
        if end > LARGEST:
            raise EOFError
        if len(held) < end:
            return
        data = bytes(memoryview(held)[HEAD:end])
        del held[:end]
        yield marshal.loads(data)  # noqa: S302 - plain values alone: nothing in them is executed


def mail_values(mail: RawMail) -> tuple[bytes, str, int, str]:
    """A mail as a frame carries it."""
    return (mail.raw, mail.locator, mail.receipt_at, mail.unreadable)


def message_values(message: RemoteMessage) -> dict[str, Any]:
    """A message as a frame carries it, without what the asker has and what every message has."""
    found: dict[str, Any] = {}
    for name, default in _SENT:
        value = getattr(message, name)
        if value is not default and value != default:
            found[name] = value if type(value) is str else values_of(value)
    return found


def message_of(values: Any, mail: RawMail) -> RemoteMessage:
    """The message a process made of ``mail``. Raises TypeError, ValueError or KeyError if it is none."""
    found: dict[str, Any] = {name: value if type(value) in _PLAIN else _whole(value) for name, value in values.items()}
    return RemoteMessage(**found, raw=mail.raw, locator=mail.locator, receipt_at=mail.receipt_at)


def values_of(value: Any) -> Any:
    """A value of a message, or a record of the model, as a frame carries it."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple or kind is list:
        return tuple(map(values_of, value))
    if isinstance(value, Enum):
        return [kind.__name__, value.value]
    return [kind.__name__, *[values_of(getattr(value, name)) for name in _FIELDS[kind]]]


def _whole(value: Any) -> Any:
    # Most of what is inside is plain, and a call for each costs more than all the rest.
    kind = type(value)
    if kind is tuple:
        return tuple([each if type(each) in _PLAIN else _whole(each) for each in value])
    if kind is list:
        return _KNOWN[value[0]](*[each if type(each) in _PLAIN else _whole(each) for each in value[1:]])
    return value
