"""What a browser's form sends, as names and texts. A name that comes several times holds a list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

MOST_FIELDS = 2000
_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]{1,200})\"|([^\s;,]{1,200}))", re.IGNORECASE)
_NAME = re.compile(rb";[ \t]*name=\"([^\"\r\n]*)\"", re.IGNORECASE)
_FILE = re.compile(rb";[ \t]*filename\*?=\"?([^\"\r\n;]*)", re.IGNORECASE)


def is_form(content_type: str) -> bool:
    """Whether a form is sent so."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in ("application/x-www-form-urlencoded", "multipart/form-data")


def fields_of(body: bytes, content_type: str) -> dict[str, Any]:
    """The form's fields. Raises ValueError for what is none."""
    if content_type.lower().lstrip().startswith("multipart/"):
        return _gathered(_parts(body, content_type))
    return _gathered(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS))


def _parts(body: bytes, content_type: str) -> Iterable[tuple[str, str]]:
    """Flat and in one pass, as RFC 7578 writes it; of a file its name alone."""
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
        file = _FILE.search(head)
        yield name[1].decode("utf-8", "replace"), (value if file is None else file[1]).decode("utf-8", "replace")


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
