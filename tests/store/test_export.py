"""Everything out and in again: byte for byte, on either engine, and nothing of what is not whole."""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import sys
import tarfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.archives import changed, first_row_with, rows_in
from support.filled import fill
from support.shop import Shop

from omni_tui.model.errors import Conflict, NotFound, StoreError
from omni_tui.store import Store, blobs, open_store, shape
from omni_tui.store.archive.rows import ArchiveError, line, row_of
from omni_tui.store.export import export_file, export_folder, export_stream
from omni_tui.store.importing import import_archive
from omni_tui.store.verifying import verify

Make = Callable[[], Store]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path / "store")
    fill(made)
    yield made
    made.store.close()


@pytest.fixture
def archive(shop: Shop, tmp_path: Path) -> Path:
    export_file(shop.store, tmp_path / "first.tar.gz")
    return tmp_path / "first.tar.gz"


def test_no_table_is_forgotten(empty: Store) -> None:
    """The catalogue of a real store, without what SQLite and its search keep for themselves."""
    with sqlite3.connect(empty.path) as connection:
        real = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    own = {name for name in real if name.startswith(("sqlite_", "_sqlite_", "search_fts"))}
    assert {table.name for table in shape.tables()} | shape.DERIVED == real - own
    for table in shape.tables():
        assert table.key, table.name


def test_the_example_has_rows_in_every_table(shop: Shop) -> None:
    """Or a table could travel without anybody looking."""
    assert {table.name for table in shape.tables()} == set(rows_in(shop.store))


@pytest.mark.parametrize("form", ["file", "folder"])
def test_there_and_back_is_the_same_byte_for_byte(shop: Shop, archive: Path, tmp_path: Path, form: str) -> None:
    if form == "folder":
        archive = tmp_path / "folder"
        export_folder(shop.store, archive)
    target = open_store(tmp_path / "b" / "omni.db")
    import_archive(target, archive)
    export_file(target, tmp_path / "second.tar.gz")
    assert (tmp_path / "second.tar.gz").read_bytes() == (tmp_path / "first.tar.gz").read_bytes() or form == "folder"
    export_file(shop.store, tmp_path / "again.tar.gz")
    assert (tmp_path / "second.tar.gz").read_bytes() == (tmp_path / "again.tar.gz").read_bytes()
    assert rows_in(target) == rows_in(shop.store)
    target.close()


def test_what_was_imported_works(shop: Shop, archive: Path, empty: Store) -> None:
    from omni_tui.desk.query import parse
    from omni_tui.desk.search import search
    from omni_tui.desk.store_checks import look

    import_archive(empty, archive)
    for words in ("退款", "parcel", "pdf"):
        with shop.store.read() as tx:
            query = parse(words, tx.now)
        theirs = [hit.row.id for hit in search(shop.store, shop.agent, query)]
        assert {hit.row.id for hit in search(empty, shop.agent, query)} == set(theirs)
        assert theirs
    assert [each for each in look(empty) if each.count] == []
    with empty.write() as tx:
        assert tx.next("conversation") == 1000 + 7 + 1


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_an_archive_is_private_ordinary_and_readable(shop: Shop, archive: Path, tmp_path: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        assert names[0] == "manifest.json"
        assert {member.mtime for member in tar.getmembers()} == {0}
        tar.extractall(tmp_path / "unpacked", filter="data")
    export_folder(shop.store, tmp_path / "folder")
    unpacked, folder = tmp_path / "unpacked", tmp_path / "folder"
    files = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert files == {
        str(each.relative_to(unpacked)): each.read_bytes() for each in unpacked.rglob("*") if each.is_file()
    }
    assert folder.stat().st_mode & 0o777 == 0o700
    messages = [json.loads(text) for text in (folder / "tables/messages.jsonl").read_text("utf-8").split("\n")[:-1]]
    assert len(messages) == 9
    assert verify(archive).unsent == verify(folder).unsent == 1
    out = io.BytesIO()
    export_stream(shop.store, out)
    assert out.getvalue() == archive.read_bytes()
    assert [each.name for each in tmp_path.glob(".*")] == []


def test_what_is_written_meanwhile_is_not_in_it(shop: Shop, archive: Path, tmp_path: Path) -> None:
    def meanwhile(what: str, _done: int, _total: int) -> None:
        if what in ("agents", "messages", "blobs"):
            shop.receive("late@example.com", f"during {what}", raw=b"From: late@example.com\r\n\r\n" + what.encode())

    export_file(shop.store, tmp_path / "second.tar.gz", meanwhile)
    assert (tmp_path / "second.tar.gz").read_bytes() == archive.read_bytes()
    assert rows_in(shop.store)["messages"] > verify(archive).manifest.tables[0].rows


def test_only_an_empty_store_takes_an_archive(shop: Shop, archive: Path, tmp_path: Path) -> None:
    before = rows_in(shop.store)
    with pytest.raises(Conflict, match="not empty"):
        import_archive(shop.store, archive)
    assert rows_in(shop.store) == before
    with pytest.raises(NotFound):
        import_archive(shop.store, tmp_path / "nothing.tar.gz")


def test_killed_on_the_way_in_it_is_as_if_nothing_had_come(packed: Path, empty: Store) -> None:
    program = (
        "import os, sys; from pathlib import Path; from omni_tui.store import open_store\n"
        "from omni_tui.store.importing import import_archive\n"
        "def progress(what, done, total): what == sys.argv[3] and os._exit(9)\n"
        "import_archive(open_store(Path(sys.argv[1])), Path(sys.argv[2]), progress)\n"
    )
    before = rows_in(empty)
    for at in ("channels", "messages", "blobs", "search: messages"):
        arguments = [sys.executable, "-c", program, empty.path, packed, at]
        assert subprocess.run(arguments, timeout=60, check=False).returncode == 9
        assert rows_in(empty) == before
    import_archive(empty, packed)


def test_what_was_on_its_way_can_be_held(packed: Path, empty: Store) -> None:
    import_archive(empty, packed, hold=True)
    with empty.read() as tx:
        assert [row[0] for row in tx.query("SELECT state FROM outbox", {})] == ["uncertain"]


def test_half_an_archive_brings_nothing(packed: Path, empty: Store, tmp_path: Path) -> None:
    whole = packed.read_bytes()
    before = rows_in(empty)
    half = tmp_path / "half.tar.gz"
    for part in (0.0, 0.01, 0.3, 0.6, 0.9, 0.999):
        half.write_bytes(whole[: int(len(whole) * part)])
        with pytest.raises(ArchiveError):
            import_archive(empty, half)
        with pytest.raises(ArchiveError):
            verify(half)
    for at in range(10, len(whole), len(whole) // 12):
        half.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with pytest.raises(ArchiveError):
            import_archive(empty, half)
    assert rows_in(empty) == before


def test_a_damaged_source_is_told_and_no_archive_is_left(shop: Shop, tmp_path: Path) -> None:
    with shop.store.write() as tx:
        tx.execute_many("UPDATE blob_chunks SET data = :data WHERE n = 1", [{"data": b"other"}])
    with pytest.raises(StoreError, match="damaged"):
        export_file(shop.store, tmp_path / "x.tar.gz")
    with pytest.raises(StoreError, match="damaged"):
        export_folder(shop.store, tmp_path / "x")
    assert [each.name for each in tmp_path.iterdir() if each.name != "store"] == []


@pytest.mark.parametrize("form", [export_file, export_folder])
def test_a_file_of_which_only_the_beginning_is_here_yet_stays_out(
    shop: Shop, empty: Store, tmp_path: Path, form: Callable[[Store, Path], object]
) -> None:
    name = "ab" * 32
    with shop.store.write() as tx:
        blobs.put_piece(tx, name, 5 * blobs.CHUNK, 0, bytes(4 * blobs.CHUNK))
    form(shop.store, tmp_path / "archive")
    import_archive(empty, tmp_path / "archive")
    with empty.read() as tx:
        assert tx.query("SELECT sha256 FROM blobs WHERE sha256 = :name", {"name": name}) == []
    with shop.store.write() as tx:
        # Something names it: then the rest is missed.
        tx.execute_many("UPDATE messages SET source_sha = :name", [{"name": name}])
    with pytest.raises(StoreError, match="damaged"):
        form(shop.store, tmp_path / "again")


def test_memory_stays_flat(tmp_path: Path, empty: Store) -> None:
    """Four times as many rows and sources take no more memory to write and to read."""

    def peak(count: int) -> int:
        shop = Shop(tmp_path / f"of{count}")
        with shop.store.write() as tx:
            rows = [{"id": f"{n:08}", "body": "x" * 2000} for n in range(count)]
            tx.execute_many("INSERT INTO customers VALUES (:id, :id, '', :body, 1, 1)", rows)
            tx.execute_many("INSERT INTO changes (seq, at, entity, entity_id) VALUES (100000 + :id, 1, 'x', :id)", rows)
            tx.go_on_from("change", 100_000 + count)
        target = tmp_path / f"{count}.tar.gz"
        tracemalloc.start()
        export_file(shop.store, target)
        verify(target)
        store = open_store(tmp_path / f"in{count}" / "omni.db")
        import_archive(store, target)
        measured = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        store.close()
        shop.store.close()
        return measured

    peak(100)  # what is imported and cached the first time
    assert peak(6_000) < peak(1_500) + 3_000_000


def test_from_sqlite_to_postgresql_and_back(shop: Shop, archive: Path, database: str, tmp_path: Path) -> None:
    """The way from one engine to the other, and the same bytes at every stop."""
    from omni_tui.desk.query import parse
    from omni_tui.desk.search import search
    from omni_tui.desk.store_checks import look

    server = open_store(database)
    import_archive(server, archive)
    with pytest.raises(Conflict, match="not empty"):
        import_archive(server, archive)
    export_file(server, tmp_path / "second.tar.gz")
    back = open_store(tmp_path / "back" / "omni.db")
    import_archive(back, tmp_path / "second.tar.gz")
    export_file(back, tmp_path / "third.tar.gz")
    first = archive.read_bytes()
    assert (tmp_path / "second.tar.gz").read_bytes() == first
    assert (tmp_path / "third.tar.gz").read_bytes() == first
    assert [each for each in look(server) if each.count] == []
    with server.read() as tx:
        query = parse("退款", tx.now)
    assert {hit.row.id for hit in search(server, shop.agent, query)} == {row.id for row in shop.rows()}
    with server.write() as tx:
        assert tx.next("conversation") == 1000 + 7 + 1
    server.close()
    back.close()


def test_half_an_archive_brings_nothing_into_a_database_either(packed: Path, database: str, tmp_path: Path) -> None:
    server = open_store(database)
    before = rows_in(server)
    half = tmp_path / "half.tar.gz"
    half.write_bytes(packed.read_bytes()[:-500])
    with pytest.raises(ArchiveError):
        import_archive(server, half)
    folder = changed(packed, tmp_path / "changed", "tables/conversations.jsonl", first_row_with(status="lost"))
    with pytest.raises(ArchiveError, match="fit together"):
        import_archive(server, folder)
    assert rows_in(server) == before
    server.close()


TABLE = next(table for table in shape.tables() if table.name == "blob_chunks")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(TEXT, st.integers(-(2**63), 2**63 - 1), st.binary())
def test_a_row_comes_back_as_it_was(text: str, number: int, data: bytes) -> None:
    written = line(TABLE.names, [text, number, data])
    assert written.count(b"\n") == 1
    assert row_of(written, TABLE) == dict(zip(TABLE.names, [text, number, data], strict=True))


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(TEXT, TEXT, st.integers(-(2**63), 2**63 - 1)), max_size=8, unique_by=lambda row: row[0]))
def test_any_text_travels(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, int]]) -> None:
    folder = tmp_path_factory.mktemp("travel")
    first, second = (open_store(folder / name / "omni.db") for name in ("a", "b"))
    with first.write() as tx:
        tx.execute_many(
            "INSERT INTO customers (id, root_id, name, notes, created_at, updated_at)"
            " VALUES (:id, :id, :name, :name, :at, :at)",
            [{"id": id, "name": name, "at": abs(at) // 2} for id, name, at in rows],
        )
    export_file(first, folder / "1.tar.gz")
    import_archive(second, folder / "1.tar.gz")
    export_file(second, folder / "2.tar.gz")
    assert (folder / "1.tar.gz").read_bytes() == (folder / "2.tar.gz").read_bytes()
    with first.read() as one, second.read() as two:
        sql = "SELECT * FROM customers ORDER BY id"
        assert list(map(tuple, one.query(sql, {}))) == list(map(tuple, two.query(sql, {})))
    first.close()
    second.close()
