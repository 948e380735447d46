"""Archives with something changed in them, and what a store holds."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path

from omni_tui.store import Store, shape


def rows_in(store: Store) -> dict[str, int]:
    with store.read() as tx:
        return {
            table.name: tx.query(f"SELECT count(*) FROM {table.name}", {})[0][0]
            for table in shape.tables()
            if tx.query(f"SELECT count(*) FROM {table.name}", {})[0][0]
        }


def changed(archive: Path, target: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The archive unpacked, with one file changed and the manifest made to fit it."""
    import hashlib

    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    file = target / name
    file.write_bytes(change(file.read_bytes()))
    if name == "manifest.json":
        return target
    manifest = json.loads((target / "manifest.json").read_text())
    for entry in manifest["tables"]:
        if name == f"tables/{entry['name']}.jsonl":
            data = file.read_bytes()
            entry |= {"rows": data.count(b"\n"), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (target / "manifest.json").write_text(json.dumps(manifest))
    return target


def manifest_with(**values: object) -> Callable[[bytes], bytes]:
    return lambda data: json.dumps(json.loads(data) | values).encode()


def first_row_with(**values: object) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        first, _newline, rest = data.partition(b"\n")
        return json.dumps(json.loads(first) | values).encode() + b"\n" + rest

    return change
