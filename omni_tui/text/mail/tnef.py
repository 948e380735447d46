"""Opens winmail.dat, in which Outlook packs files and text where it writes rich text ([MS-OXTNEF]).

Read are the files with their names and the plain or HTML text. Everything has a length in front of it and nothing is
expanded, so reading takes time as the part is long; a damaged one is read as far as it goes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from omni_tui.text.clean import storable_line
from omni_tui.text.mail.charset import decode

MAX_FILES = 100
_SIGNATURE = 0x223E9F78
# Attributes (section 2.1.3.1).
_ATTACHMENT_BEGINS, _TITLE, _DATA, _ATTACHMENT, _MESSAGE = 0x00069002, 0x00018010, 0x0006800F, 0x00069005, 0x00069003
_BODY, _CODE_PAGE = 0x0002800C, 0x00069007
# Properties ([MS-OXPROPS]).
_LONG_NAME, _SHORT_NAME, _MIME, _CONTENT, _PLAIN, _HTML = 0x3707, 0x3704, 0x370E, 0x3701, 0x1000, 0x1013
# Types of values: those of a fixed size with it, and those that say how long they are ([MS-OXCDATA], section 2.11.1).
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_STRING, _UNICODE, _BINARY, _OBJECT = 0x001E, 0x001F, 0x0102, 0x000D
_SIZED = frozenset((_STRING, _UNICODE, _BINARY, _OBJECT))
_MANY = 0x1000
_NAMED = 0x8000

Value = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file in a winmail.dat."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """What a winmail.dat holds; ``html`` is its text as HTML, if it has one."""

    files: tuple[PackedFile, ...] = ()
    text: str = ""
    html: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it could be read."""
        return not (self.files or self.text.strip() or self.html)


def unpack(data: bytes) -> Packed:
    """What is in ``data``; nothing where it is no winmail.dat."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return Packed()
    charset = "cp1252"
    files: list[PackedFile] = []
    text = html = ""
    for kind, value in _attributes(data):
        if kind == _CODE_PAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif kind == _BODY:
            text = text or _text((_STRING, value), charset)
        elif kind == _MESSAGE:
            said = _properties(value)
            text = text or _text(said.get(_PLAIN), charset)
            html = html or _text(said.get(_HTML), charset)
        elif kind == _ATTACHMENT_BEGINS:
            if len(files) == MAX_FILES:
                break
            files.append(PackedFile("", "", b""))
        elif files:
            files[-1] = _more(files[-1], kind, value, charset)
    return Packed(tuple(file for file in files if file.data), text, html)


def _more(file: PackedFile, kind: int, value: bytes, charset: str) -> PackedFile:
    """What is known of a file with one more attribute."""
    if kind == _TITLE:
        return PackedFile(file.name or _line((_STRING, value), charset), file.mime, file.data)
    if kind == _DATA:
        return PackedFile(file.name, file.mime, value)
    if kind != _ATTACHMENT:
        return file
    said = _properties(value)
    name = _line(said.get(_LONG_NAME) or said.get(_SHORT_NAME), charset) or file.name
    held = said.get(_CONTENT)
    data = held[1] if not file.data and held is not None and held[0] == _BINARY else file.data
    return PackedFile(name, _line(said.get(_MIME), charset) or file.mime, data)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each attribute's kind and value (section 2.1.1.1): a level, the kind, a length, so many bytes, a sum of them."""
    at = 6
    while at + 9 <= len(data):
        kind, length = struct.unpack_from("<II", data, at + 1)
        at += 9
        if at + length > len(data):
            return
        yield kind, data[at : at + length]
        at += length + 2


def _properties(data: bytes) -> dict[int, Value]:
    """The type and first value of each property in a list (section 2.1.3.4), by its number."""
    found: dict[int, Value] = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _number in range(min(count, len(data) // 8)):
            kind, id = struct.unpack_from("<HH", data, at)
            at = _past_name(data, at + 4) if id >= _NAMED else at + 4
            many, single = kind & _MANY, kind & ~_MANY
            values = 1
            if many or single in _SIZED:
                (values,) = struct.unpack_from("<I", data, at)
                at += 4
            for index in range(min(values, len(data))):
                if single in _SIZED:
                    (length,) = struct.unpack_from("<I", data, at)
                    at += 4
                else:
                    length = _FIXED[single]
                if at + length > len(data):
                    return found
                if not index:
                    found.setdefault(id, (single, data[at : at + length]))
                at += length + -length % 4
    except (struct.error, KeyError):
        pass  # what comes behind is not known
    return found


def _past_name(data: bytes, at: int) -> int:
    (by_name,) = struct.unpack_from("<I", data, at + 16)
    if not by_name:
        return at + 24
    (length,) = struct.unpack_from("<I", data, at + 20)
    return int(at + 24 + length + -length % 4)


def _text(value: Value | None, charset: str) -> str:
    if value is None:
        return ""
    kind, data = value
    if kind == _UNICODE:
        return data.decode("utf-16-le", "replace").rstrip("\0")
    return decode(data.rstrip(b"\0"), charset)


def _line(value: Value | None, charset: str) -> str:
    return storable_line(_text(value, charset))[:255]
