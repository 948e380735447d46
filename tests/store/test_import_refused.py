"""What is no archive of ours, or no longer one: told in a sentence, and nothing of it is taken in."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.archives import changed, first_row_with, manifest_with, rows_in

from omni_tui.model.errors import StoreTooNew
from omni_tui.store import Store
from omni_tui.store.archive.rows import ArchiveError
from omni_tui.store.importing import import_archive


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("manifest.json", manifest_with(format="zip"), "manifest"),
        ("manifest.json", manifest_with(schema="1"), "manifest"),
        ("manifest.json", manifest_with(schema=10**30), "manifest"),
        ("manifest.json", lambda data: b"[" * 100_000, "manifest"),
        ("manifest.json", lambda data: b" " * (2 << 20), "manifest"),
        ("manifest.json", lambda data: data.replace(b'"agents"', b'"../../x"'), "does not know"),
        ("manifest.json", lambda data: data.replace(b'"agents"', b'"sqlite_master"'), "does not know"),
        ("manifest.json", lambda data: data.replace(b'"from_name"', b'"rowid"'), "columns of messages"),
        ("tables/agents.jsonl", first_row_with(root=1), "line 1: unknown columns"),
        ("tables/agents.jsonl", first_row_with(created_at="1"), "created_at"),
        ("tables/agents.jsonl", first_row_with(created_at=True), "created_at"),
        ("tables/agents.jsonl", first_row_with(created_at=2**63), "created_at"),
        ("tables/agents.jsonl", first_row_with(name=None), "name is empty"),
        ("tables/agents.jsonl", first_row_with(name="a\x00b"), "name"),
        ("tables/agents.jsonl", first_row_with(name="\ud800"), "name"),
        ("tables/agents.jsonl", lambda data: b"[" * 100_000 + b"\n", "line 1"),
        ("tables/agents.jsonl", lambda data: b'{"id": ' + b"9" * 10_000 + b"}\n", "line 1"),
        ("tables/agents.jsonl", lambda data: data + data, "fit together"),
        ("tables/conversations.jsonl", first_row_with(status="lost"), "fit together"),
        ("tables/conversations.jsonl", first_row_with(customer_id="nobody"), "fit together"),
        ("tables/conversations.jsonl", first_row_with(related_id="nothing"), "fit together"),
        ("tables/customers.jsonl", first_row_with(root_id="nobody"), "fit together"),
        ("tables/counters.jsonl", first_row_with(name="other"), "counters"),
        ("tables/counters.jsonl", lambda data: b"", "counters"),
        (
            "tables/blobs.jsonl",
            lambda data: b'{"sha256":"../../etc/passwd","size":9,"created_at":1}\n' + data,
            "SHA-256",
        ),
        ("tables/blobs.jsonl", first_row_with(size=10**15), "size"),
    ],
)
def test_a_hostile_archive_is_told_and_brings_nothing(
    packed: Path, empty: Store, tmp_path: Path, name: str, change: Callable[[bytes], bytes], says: str
) -> None:
    before = rows_in(empty)
    with pytest.raises(ArchiveError, match=says):
        import_archive(empty, changed(packed, tmp_path / "changed", name, change))
    assert rows_in(empty) == before


def test_links_and_other_kinds_of_files_are_refused(packed: Path, empty: Store, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password")
    folder = changed(packed, tmp_path / "changed", "tables/tags.jsonl", lambda data: data)
    table = folder / "tables" / "tags.jsonl"
    table.unlink()
    table.symlink_to(secret)
    with pytest.raises(ArchiveError, match="tags"):
        import_archive(empty, folder)
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            info = tarfile.TarInfo("manifest.json")
            info.type, info.linkname = kind, str(secret)
            tar.addfile(info)
        (tmp_path / "link.tar.gz").write_bytes(gzip.compress(out.getvalue()))
        with pytest.raises(ArchiveError):
            import_archive(empty, tmp_path / "link.tar.gz")


def test_an_archive_from_a_newer_version_is_refused(packed: Path, empty: Store, tmp_path: Path) -> None:
    folder = changed(packed, tmp_path / "changed", "manifest.json", manifest_with(schema=999))
    with pytest.raises(StoreTooNew):
        import_archive(empty, folder)


def test_an_older_archive_gets_what_came_later_from_the_schema(packed: Path, empty: Store, tmp_path: Path) -> None:
    """Tables and columns it knows nothing of are empty, or what they begin with."""

    def older(data: bytes) -> bytes:
        manifest = json.loads(data)
        manifest["schema"] -= 1
        manifest["tables"] = [each for each in manifest["tables"] if each["name"] not in ("saved_views", "view_places")]
        return json.dumps(manifest).encode()

    def column(data: bytes) -> bytes:
        rows = [json.loads(text) for text in data.splitlines()]
        return b"".join(json.dumps({k: v for k, v in row.items() if k != "automatic"}).encode() + b"\n" for row in rows)

    folder = changed(packed, tmp_path / "changed", "tables/messages.jsonl", column)
    manifest = json.loads(older((folder / "manifest.json").read_bytes()))
    for entry in manifest["tables"]:
        if entry["name"] == "messages":
            entry["columns"].remove("automatic")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ArchiveError, match="counters"):
        import_archive(empty, folder)
    counters = folder / "tables" / "counters.jsonl"
    changed_counters = counters.read_bytes().replace(
        f'"schema","value":{manifest["schema"] + 1}'.encode(), f'"schema","value":{manifest["schema"]}'.encode()
    )
    import hashlib

    for entry in manifest["tables"]:
        if entry["name"] == "counters":
            entry |= {"bytes": len(changed_counters), "sha256": hashlib.sha256(changed_counters).hexdigest()}
    counters.write_bytes(changed_counters)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    import_archive(empty, folder)
    with empty.read() as tx:
        assert {row[0] for row in tx.query("SELECT automatic FROM messages", {})} == {0}
        assert tx.value("counter", name="schema") == manifest["schema"] + 1
