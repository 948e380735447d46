"""PDF files made to hurt, and a reader of PDF that does whatever a file tells it: neither takes more than its share."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zlib
from pathlib import Path

import pytest

from omni_tui.desk import looking
from omni_tui.model.errors import OmniError
from omni_tui.text.preview.model import MAX_CHARS, MAX_LINES, Preview, Room

ROOM = Room(60, 10)
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def pdf(content: bytes, *, more: bytes = b"", kids: bytes = b"3 0 R", filters: bytes = b"/FlateDecode") -> bytes:
    """A file of one page; ``content`` is its packed content stream."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids["
        + kids
        + b"]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>"
        b"/XObject<</X 6 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length %d/Filter[" % len(content) + filters + b"]>>stream\n" + content + b"\nendstream endobj\n"
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n" + more + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def endless_text() -> bytes:
    return pdf(zlib.compress(b"BT /F1 18 Tf 20 100 Td " + b"(Invoice) Tj 1 1 Td " * 3_000_000))


def packed_twice() -> bytes:
    return pdf(zlib.compress(zlib.compress(b"(x) Tj " * 15_000_000)), filters=b"/FlateDecode/FlateDecode")


def pages_in_a_circle() -> bytes:
    return pdf(zlib.compress(b"BT ET"), kids=b"2 0 R " * 5_000 + b"3 0 R")


def forms_in_forms() -> bytes:
    form = b"6 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X 6 0 R>>>>/Length 10>>stream\n"
    return pdf(zlib.compress(b"/X Do " * 100_000), more=form + b"/X Do /X Do\nendstream endobj\n")


@pytest.fixture
def one_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real process, with less time."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "hasty.py").write_text("import omni_tui.text.preview.process as p\np.SECONDS = 1\np.main()\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr(looking, "MODULE", "hasty")


@needs_pdftotext
@pytest.mark.usefixtures("one_second")
@pytest.mark.parametrize("make", [endless_text, packed_twice, pages_in_a_circle, forms_in_forms])
def test_a_pdf_made_to_hurt_is_cut_or_a_sentence(make: object) -> None:
    assert callable(make)
    try:
        found = looking.look("bill.pdf", "application/pdf", make(), ROOM)
    except OmniError as error:
        assert "too much time or memory" in error.message
        return
    assert found.remark
    assert len(found.lines) <= MAX_LINES and sum(map(len, found.lines)) <= MAX_CHARS


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """A ``pdftotext`` of another kind."""
    folder.mkdir()
    (folder / "pdftotext").write_text(f"#!{sys.executable}\nimport json, os, sys, tempfile\n{code}\n")
    (folder / "pdftotext").chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_its_reader_says_no_more_than_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path / "bin", monkeypatch, "while True: sys.stdout.write('Invoice 2041\\n' * 1000)")
    found = looking.look("a.pdf", "", pdf(b""), ROOM)
    assert found == Preview("PDF, 0 pages", ("Invoice 2041",) * MAX_LINES, "Only the beginning is shown;", prose=False)


def test_its_reader_knows_nothing_of_us_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(
        tmp_path / "bin",
        monkeypatch,
        "tempfile.mkdtemp(); open('left', 'w').close()\n"
        "print(json.dumps([sorted(os.environ), os.getcwd(), sorted(os.listdir('.'))[0], sys.argv[1:]]))",
    )
    room = tmp_path / "tmp"
    room.mkdir()
    monkeypatch.setenv("TMPDIR", str(room))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("OMNI_PASSWORD", "canary")
    found = looking.look("a.pdf", "", pdf(b"x"), ROOM)
    environment, place, seen, arguments = json.loads("".join(found.lines))
    assert set(environment) <= {"PATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR", "LC_CTYPE"}
    assert place.startswith(f"{room}/") and (seen, arguments[-2:]) == ("file.pdf", ["file.pdf", "-"])
    assert list(room.iterdir()) == []


def test_its_reader_cannot_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path / "bin", monkeypatch, "open('big', 'wb').truncate(10 ** 9)\nprint('filled')")
    assert looking.look("a.pdf", "", pdf(b"x"), ROOM).remark != ""


def test_its_reader_has_no_more_memory_than_we(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path / "bin", monkeypatch, "x = bytes(2 ** 30)\nprint('taken')")
    assert looking.look("a.pdf", "", pdf(b"x"), ROOM).remark == "It is damaged and cannot be read."
