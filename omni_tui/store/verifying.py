"""Whether an archive is whole: everything an import would look at, without a store."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from omni_tui.store import shape
from omni_tui.store.archive.manifest import Manifest, blob_file, table_file
from omni_tui.store.archive.rows import damaged
from omni_tui.store.export import Progress, quiet
from omni_tui.store.importing import manifest_of, opened, rows_of, sha256_of
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class Contents:
    """What a whole archive holds; ``unsent``: answers that an engine would still send."""

    manifest: Manifest
    unsent: int


def verify(archive: Path, progress: Progress = quiet) -> Contents:
    """What the archive holds. Raises ArchiveError unless every line and every blob is as it was written."""
    by_name = {table.name: table for table in shape.tables()}
    unsent = 0
    with opened(archive) as reader, tempfile.TemporaryFile("w+", encoding="ascii") as listed:
        manifest = manifest_of(reader)
        for entry in manifest.tables:
            with reader.file(table_file(entry.name), entry.bytes) as pieces:
                for row in rows_of(pieces, by_name[entry.name].only(entry.columns), entry):
                    if entry.name == "blobs":
                        listed.write(f"{sha256_of(row['sha256'])} {row['size']!s}\n")
                    elif entry.name == "outbox" and row["state"] in ("queued", "sending"):
                        unsent += 1
            progress(entry.name, entry.rows, entry.rows)
        listed.seek(0)
        count = size = 0
        for line in listed:
            sha256, _space, length = line.strip().partition(" ")
            hashed = hashlib.sha256()
            with reader.file(blob_file(sha256), int(length)) as pieces:
                for piece in pieces:
                    hashed.update(piece)
            if hashed.hexdigest() != sha256:
                raise damaged(_("{name} was changed").format(name=blob_file(sha256)))
            count, size = count + 1, size + int(length)
            progress("blobs", count, manifest.blobs)
        if (count, size) != (manifest.blobs, manifest.blob_bytes):
            raise damaged(_("its blobs are not those the manifest says"))
        reader.finish()
    return Contents(manifest, unsent)
