"""How mails go to a parsing process and what comes back: frames of plain values, never pickled objects.

A frame is its length in four bytes and a ``marshal`` of tuples, dicts, strings, bytes and numbers; a list is a name of
a dataclass and its values. Reading one runs no code and makes nothing but the dataclasses of ``model.events``, whatever
a mail made of the process that wrote it.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator
from dataclasses import field, fields, is_dataclass, make_dataclass
from enum import Enum
from functools import cache
from struct import Struct
from typing import Any, NamedTuple

from omni_tui.model import events, facts
from omni_tui.model.events import Beginnings, RemoteMessage, Words

HEAD = 4
_SIZE = Struct(">L")
LARGEST = 1 << 30
_PLAIN = frozenset((str, int, bool, bytes, float, type(None)))
_KNOWN: dict[str, type] = {
    name: each
    for name, each in (vars(events) | vars(facts)).items()
    if isinstance(each, type) and (is_dataclass(each) or issubclass(each, Enum))
}
_FIELDS: dict[Any, tuple[str, ...]] = {
    each: tuple(field.name for field in fields(each)) for each in _KNOWN.values() if is_dataclass(each)
}
_NOT_SENT = frozenset(("raw", "locator", "receipt_at", "words"))
"""What the asker knows anyway, and the words, of which a process tells what is new (:class:`Told`)."""
_SENT = tuple((field.name, field.default) for field in fields(RemoteMessage) if field.name not in _NOT_SENT)


class RawMail(NamedTuple):
    """A mail to read. ``unreadable`` says why it is known beforehand that its text cannot be had."""

    raw: bytes
    locator: str
    receipt_at: int
    unreadable: str = ""


def pack(values: Any) -> bytes:
    """A frame."""
    return b"".join(pack_in_parts(values))


def pack_in_parts(values: Any) -> tuple[bytes, bytes]:
    """The beginning of a frame and the rest of it: what is large need not be copied to be sent."""
    data = marshal.dumps(values)
    return len(data).to_bytes(HEAD, "big"), data


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
    while (there := len(held)) >= HEAD:
        end = HEAD + _SIZE.unpack_from(held)[0]
        if end > LARGEST:
            raise EOFError
        if there < end:
            return
        values = marshal.loads(memoryview(held)[HEAD:end])  # noqa: S302 - plain values alone: nothing in them is executed
        del held[:end]
        yield values


def mail_values(mail: RawMail) -> tuple[Any, ...]:
    """A mail as a frame carries it."""
    return tuple(mail)  # a tuple and nothing but a tuple: of others marshal knows nothing


def message_values(message: RemoteMessage) -> dict[str, Any]:
    """A message as a frame carries it, without what the asker has and what every message has."""
    found: dict[str, Any] = {}
    for name, default in _SENT:
        value = getattr(message, name)
        if value is not default and value != default:
            found[name] = value if type(value) is str else values_of(value)
    return found


class Told:
    """What one process told of words."""

    def __init__(self) -> None:
        self._beginnings = Beginnings()

    def words(self, values: Any) -> Words:
        """The words of the next message. Raises TypeError or ValueError if they are none."""
        _name, version, tokens, sender, is_first, new, lead = values
        if type(new) is not str:
            raise TypeError("beginnings")
        if is_first:
            self._beginnings = Beginnings()
        if new:
            self._beginnings.pieces.append(new)
        return Words(version, tokens, sender, self._beginnings, lead)


def message_of(values: Any, mail: RawMail, told: Told | None = None) -> RemoteMessage:
    """The message a process made of ``mail``. Raises TypeError, ValueError, KeyError or AttributeError if it is none.

    ``told`` is of the process, whose next message this must be; without it nothing was told before.
    """
    words = values.pop("words", None)
    found = {name: value if type(value) in _PLAIN else _whole(value) for name, value in values.items()}
    if words is not None:
        found["words"] = (told or Told()).words(words)
    message: RemoteMessage = _making(RemoteMessage.__name__)(
        **found, raw=mail.raw, locator=mail.locator, receipt_at=mail.receipt_at
    )
    return message


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
        return _making(value[0])(*[each if type(each) in _PLAIN else _whole(each) for each in value[1:]])
    return value


@cache
def _making(name: str) -> Callable[..., Any]:
    """What makes one of ``_KNOWN``, of the same values and in less than half the time. Raises KeyError.

    A frozen dataclass sets each field by ``object.__setattr__``, which takes most of the time of making it. What has
    the same slots and is not frozen sets them directly, and then becomes one.
    """
    kind = _KNOWN[name]
    if not is_dataclass(kind):
        return kind

    def become(made: Any) -> None:
        made.__class__ = kind

    return make_dataclass(
        name,
        [(each.name, Any, field(default=each.default)) for each in fields(kind)],
        namespace={"__post_init__": become},
        slots=True,
    )
