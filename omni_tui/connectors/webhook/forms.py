"""What a browser's form sends, as names and texts. A name that comes several times holds a list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from omni_tui.connectors.enclosed import EnclosedFile

MOST_FIELDS = 2000
_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]{1,200})\"|([^\s;,]{1,200}))", re.IGNORECASE)
_NAME = re.compile(rb";[ \t]*name=\"([^\"\r\n]*)\"", re.IGNORECASE)
_FILE = re.compile(rb";[ \t]*filename\*?=\"?([^\"\r\n;]*)", re.IGNORECASE)
_TYPE = re.compile(rb"^content-type:[ \t]*([^\r\n;]*)", re.IGNORECASE | re.MULTILINE)
MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    value: bytes = field(repr=False)
    file: EnclosedFile | None = None


def is_form(content_type: str) -> bool:
    """Whether a form is sent so."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in ("application/x-www-form-urlencoded", "multipart/form-data")


def fields_of(body: bytes, content_type: str) -> dict[str, Any]:
    """The form's fields. Raises ValueError for what is none."""
    if content_type.lower().lstrip().startswith("multipart/"):
        parts = _parts(body, content_type)
        return _gathered((one.name, one.file.name if one.file else _text(one.value)) for one in parts)
    return _gathered(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS))


def files_of(body: bytes, content_type: str) -> tuple[EnclosedFile, ...]:
    """The files of a form, in their order; none of what is no form or has no file chosen."""
    if not content_type.lower().lstrip().startswith("multipart/form-data"):
        return ()
    try:
        found = [one.file for one in _parts(body, content_type) if one.file is not None and one.file.data]
    except ValueError:
        return ()
    return tuple(found[:MOST_FILES])


def _parts(body: bytes, content_type: str) -> Iterable[_Part]:
    """Flat and in one pass, as RFC 7578 writes it."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise ValueError("a multipart form without a boundary")
    line = b"\r\n--" + (found[1] or found[2]).encode("latin-1")
    # Whatever is behind the last part makes one piece more.
    pieces = (b"\r\n" + body).split(line, MOST_FIELDS + 1)
    if len(pieces) < 2:
        raise ValueError("not the form its boundary announces")
    for piece in pieces[1:]:
        head, gap, value = piece.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if not gap or name is None:
            continue
        file, kind = _FILE.search(head), _TYPE.search(head)
        mime = _text(kind[1]) if kind else ""
        yield _Part(_text(name[1]), value, None if file is None else EnclosedFile(_text(file[1]), mime, value))


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    return fields
