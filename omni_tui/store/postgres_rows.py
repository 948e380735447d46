"""How rows and values come from PostgreSQL and go there: as SQLite's do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import psycopg
from psycopg.adapt import Buffer, Loader
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown


def adapt(connection: psycopg.Connection[Any]) -> None:
    """Have a connection bind and read values so."""
    adapters = connection.adapters
    adapters.register_dumper(str, _Text)
    adapters.register_dumper(int, Int8Dumper)
    adapters.register_dumper(bool, _Truth)
    adapters.register_loader("numeric", _Sum)


class PgRow(tuple[Any, ...]):
    """A row that answers by name and by position, as SQLite's does. Each set of columns has a class of its own."""

    __slots__ = ()
    places: ClassVar[dict[str, int]] = {}

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            try:
                key = self.places[key]
            except KeyError:
                raise IndexError(f"no column is named {key}") from None
        return tuple.__getitem__(self, key)

    def keys(self) -> list[str]:
        return list(self.places)


_ROW_CLASSES: dict[tuple[bytes | None, ...], type[PgRow]] = {}


def row_factory(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], PgRow]:
    """What makes the rows of an answer."""
    # Of libpq itself: psycopg makes an object of each column that is asked about, for every statement anew.
    result = cursor.pgresult
    names = tuple(map(result.fname, range(result.nfields))) if result is not None else ()
    made = _ROW_CLASSES.get(names)
    if made is None:
        places = {(name or b"").decode(): n for n, name in reversed(list(enumerate(names)))}
        made = type("PgRow", (PgRow,), {"__slots__": (), "places": dict(reversed(places.items()))})
        _ROW_CLASSES[names] = made
    return made


class _Text(StrDumperUnknown):
    """Text as PostgreSQL can hold it. It knows no NUL, and a lone surrogate is no text: both become U+FFFD."""

    def dump(self, obj: str) -> Buffer | None:
        try:
            data = obj.encode()
        except UnicodeEncodeError:
            data = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in obj).encode()
        return data.replace(b"\0", b"\xef\xbf\xbd") if b"\0" in data else data


class _Truth(Int8Dumper):
    """Booleans are stored as 0 and 1."""

    def dump(self, obj: Any) -> Buffer | None:
        return b"1" if obj else b"0"


class _Sum(Loader):
    """The sum of whole numbers is a whole number: PostgreSQL makes a numeric of it."""

    def load(self, data: Buffer) -> float:
        words = bytes(data).decode()
        return float(words) if "." in words else int(words)
