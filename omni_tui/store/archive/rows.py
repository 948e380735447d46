"""A row as one line of JSON and back: integers, text, bytes and nothing."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from typing import Any

from omni_tui.model.errors import StoreError
from omni_tui.store.shape import Column, Table
from omni_tui.text.i18n import _

Value = int | str | bytes | None

_LARGEST = 2**63
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class ArchiveError(StoreError):
    """The archive is damaged, cut off or none of ours; nothing of it was taken in."""


def line(names: Sequence[str], row: Sequence[Value]) -> bytes:
    """The row as a JSON object in one line; bytes stand as ``{"base64": …}``."""
    return _dumps(dict(zip(names, row, strict=True))).encode("utf-8") + b"\n"


def _base64(value: object) -> dict[str, str]:
    if isinstance(value, bytes | bytearray | memoryview):
        return {"base64": base64.b64encode(value).decode("ascii")}
    raise TypeError(f"{type(value).__name__} is no value of a row")


_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_base64).encode


def row_of(text: bytes, table: Table) -> dict[str, Value]:
    """The values of a line by column. Raises ValueError with what is wrong."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    if found.keys() != set(table.names):
        unknown, missing = sorted(set(found) - set(table.names)), sorted(set(table.names) - set(found))
        raise ValueError(f"unknown columns {unknown!r}" if unknown else f"missing columns {missing!r}")
    return {column.name: _in(found[column.name], column) for column in table.columns}


def _in(value: Any, column: Column) -> Value:
    if value is None:
        if column.required:
            raise ValueError(f"{column.name} is empty")
        return None
    # A bool is an int to Python, and to no database.
    if column.type is int and type(value) is int and -_LARGEST <= value < _LARGEST:
        return value
    if column.type is str and isinstance(value, str) and not _UNSTORABLE.search(value):
        return value
    if column.type is bytes and isinstance(value, dict) and list(value) == ["base64"]:
        try:
            return base64.b64decode(value["base64"], validate=True)
        except (binascii.Error, TypeError, ValueError):
            pass
    raise ValueError(f"{column.name} has a value it cannot hold")


def damaged(what: str) -> ArchiveError:
    """The error for an archive with ``what`` wrong."""
    return ArchiveError(
        _("The archive is damaged: {what}.").format(what=what),
        _("Nothing was changed. Make the archive anew, or use an older one."),
    )
