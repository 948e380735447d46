"""The first file of an archive: what is in it, so that nothing missing, added or changed goes unseen."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from omni_tui.model.errors import StoreTooNew
from omni_tui.store import shape
from omni_tui.store.archive.rows import damaged
from omni_tui.text.i18n import _

FORMAT = "omni-tui archive"
VERSION = 1
NAME = "manifest.json"
LONGEST = 1 << 20
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A table in an archive: its columns, its lines, their bytes and the SHA-256 of these."""

    name: str
    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. No time and no engine stands in it: the same content gives the same bytes."""

    schema: int
    tables: tuple[Entry, ...]
    blobs: int
    blob_bytes: int

    def write(self) -> bytes:
        """The file's bytes."""
        content = {
            "format": FORMAT,
            "version": VERSION,
            "schema": self.schema,
            "tables": [asdict(entry) for entry in self.tables],
            "blobs": {"count": self.blobs, "bytes": self.blob_bytes},
        }
        return (json.dumps(content, indent=1) + "\n").encode("ascii")


def read(data: bytes, schema: int) -> Manifest:
    """The manifest in ``data`` for a store of ``schema``. Raises ArchiveError, StoreTooNew."""
    try:
        found = json.loads(data)
        if found["format"] != FORMAT:
            raise ValueError("format")
        theirs, version = _number(found["schema"]), _number(found["version"])
        if version > VERSION or theirs > schema:
            raise StoreTooNew(
                _("The archive comes from a newer omni-tui (schema {theirs}, this one knows {ours}).").format(
                    theirs=theirs, ours=schema
                ),
                _("Upgrade omni-tui on this host."),
            )
        tables = tuple(_entry(each) for each in found["tables"])
        blobs, size = _number(found["blobs"]["count"]), _number(found["blobs"]["bytes"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(_("its manifest cannot be read")) from error
    known = [table.name for table in shape.tables() if table.name != shape.CHUNKS]
    names = [entry.name for entry in tables]
    strange = sorted(set(names) - set(known))
    if strange:
        raise damaged(_("it has tables this program does not know: {names}").format(names=", ".join(strange)))
    if len(set(names)) < len(names) or names != [name for name in known if name in set(names)]:
        raise damaged(_("its tables are not in their order"))
    lacks = [name for name in known if name not in names]
    if "counters" in lacks or (lacks and theirs == schema):
        raise damaged(_("it lacks the tables {names}").format(names=", ".join(lacks)))
    for entry in tables:
        _refuse_other_columns(entry, older=theirs < schema)
    return Manifest(theirs, tables, blobs, size)


def _refuse_other_columns(entry: Entry, *, older: bool) -> None:
    """An older archive may lack columns that came later: they get what the schema says they begin with."""
    ours = next(table for table in shape.tables() if table.name == entry.name).names
    if entry.columns != (tuple(name for name in ours if name in entry.columns) if older else ours):
        raise damaged(_("the columns of {name} are not those of this schema").format(name=entry.name))


def _entry(found: Any) -> Entry:
    name, sha256 = found["name"], found["sha256"]
    if not isinstance(name, str) or not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise ValueError("entry")
    return Entry(name, tuple(map(str, found["columns"])), _number(found["rows"]), _number(found["bytes"]), sha256)


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError("number")
    return value


def table_file(name: str) -> str:
    """Where a table's lines stand in an archive."""
    return f"tables/{name}.jsonl"


def blob_file(sha256: str) -> str:
    """Where a blob's bytes stand in an archive."""
    return f"blobs/{sha256[:2]}/{sha256}"
