"""Files in short: what they are, their text or columns or dots, and a sentence where there is none to show."""

from __future__ import annotations

import importlib.util
import shutil
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.steps import grows_like_its_size

from omni_tui.text.cells import width
from omni_tui.text.preview import Preview, Room, preview
from omni_tui.text.preview.kinds import kind_of
from omni_tui.text.preview.sheet import columns

ROOM = Room(70, 12)
PDF = (
    b"%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 44>>stream\nBT /F1 18 Tf 20 100 Td (Invoice 2041) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
needs_pillow = pytest.mark.skipif(importlib.util.find_spec("PIL") is None, reason="Pillow is not installed")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(columns: int, rows: int, dots: bytes | None = None) -> bytes:
    if dots is None:
        dots = b"".join(b"\0" + bytes((255, 0, 0)) * columns for _row in range(rows))
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(dots)) + chunk(b"IEND", b"")


def shown(data: bytes, name: str = "", mime: str = "application/octet-stream") -> Preview:
    return preview(data, name, mime, ROOM)


@pytest.mark.parametrize(
    ("data", "name", "mime", "kind"),
    [
        (b"", "a.pdf", "application/pdf", "empty"),
        (png(1, 1), "a.txt", "text/plain", "picture"),
        (b"\n%PDF-1.7 ..", "", "", "pdf"),
        (b"a,b", "A.CSV", "text/plain", "table"),
        (b"a,b", "", "text/csv", "table"),
        (b"<p>", "x.html", "", "html"),
        (b"Subject: x", "", "message/rfc822", "mail"),
        ("退款".encode("utf-16"), "a", "", "text"),
        ("退款".encode("gbk"), "a", "", "text"),
        (b"BMW is no picture", "", "", "text"),
        (b"PK\x03\x04\0\0", "a.txt", "text/plain", "other"),
        (bytes(range(256)), "", "", "other"),
    ],
)
def test_what_a_file_is_its_bytes_tell(data: bytes, name: str, mime: str, kind: str) -> None:
    assert kind_of(data, name, mime) == kind


def test_text_comes_in_its_lines_whatever_its_charset() -> None:
    found = shown("你好，我想申请\r\n退款\r\n".encode("gb18030"), "a.txt")
    assert (found.facts, found.lines, found.remark) == ("Text, 2 lines", ("你好，我想申请", "退款"), "")


def test_long_text_is_cut_and_says_so() -> None:
    found = shown(b"line\n" * 100_000)
    assert len(found.lines) == 5_000
    assert found.remark == "Only the beginning is shown;"


def test_html_and_mails_are_read() -> None:
    assert shown(b"<p>Hello<script>alert(1)</script>", "x.htm").lines == ("Hello",)
    raw = b"From: Bo <bo@shop.example>\r\nSubject: Lost\r\n\r\nWhere is it?"
    assert shown(raw, "", "message/rfc822").lines == ("From Bo bo@shop.example", "Lost", "", "Where is it?")
    assert shown(b"From: " + b"(" * 70_000, "", "message/rfc822").remark.startswith("It cannot be read: the headers")


def test_nothing_to_show_is_said() -> None:
    assert shown(b"").remark == "There is nothing in it."
    assert shown(b"PK\x03\x04\0").remark == "This kind of file is not shown here."
    assert shown(b"\0" * 25_000_001).remark == "Files over 25 MB are not shown here."


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_values_stand_in_columns(separator: str, encoding: str) -> None:
    rows = (("Item", "Count", "Price"), ("手机壳", "2", "80.00"), (f'"Strap{separator}red"', "12", "9.00"))
    data = "\r\n".join(separator.join(row) for row in rows).encode(encoding)
    found = preview(data, "a.csv", "text/csv", ROOM)
    assert found.facts == "Table, 3 rows, 3 columns"
    assert found.lines[:2] == ("Item       Count  Price", "手机壳         2  80.00")
    assert found.lines[2] == f"Strap{separator}red     12   9.00".replace("\t", " ")


def test_a_wide_table_is_as_wide_as_it_is_up_to_a_limit() -> None:
    found = columns("\n".join(",".join(f"value {row} {n}" for n in range(30)) for row in range(5)))
    assert found.lines[1].split("  ")[29] == "value 1 29" and found.remark == ""
    wider = columns(",".join("x" * 50 for _n in range(150)))
    assert (max(map(width, wider.lines)), wider.lines[0][38:42]) == (48 * 42 - 2, "..  ")
    assert wider.remark == "Only the first 48 of 150 columns are shown."


def test_a_long_table_says_how_much_of_it_is_shown() -> None:
    found = shown(b"a,b\n" * 5_000, "x.csv")
    assert (found.facts, len(found.lines)) == ("Table, more than 2,000 rows, 2 columns", 2_000)
    cut = shown(b"x" * 399 + b",b\n" + (b"x" * 399 + b",b\n") * 1_500, "x.csv")
    assert cut.facts.startswith("Table, more than 9")


def test_a_quote_that_is_never_closed_does_not_swallow_the_table() -> None:
    assert shown(b'a,"b\n' + b"c,d\n" * 50_000, "x.csv").lines[1].split() == ["c", "d"]


def test_excels_own_first_line_names_the_separator() -> None:
    assert shown(b"sep=|\r\na,b|c", "x.csv").lines == ("a,b  c",)


@given(st.text())
def test_any_text_is_some_table(text: str) -> None:
    found = columns(text)
    assert not any("\n" in line or "\x1b" in line for line in found.lines)


@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.html", "a.eml", "a.txt", ""]))
def test_any_bytes_are_some_preview(data: bytes, name: str) -> None:
    found = shown(data, name)
    assert found.facts or found.remark or found.lines


@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP"]), st.binary(max_size=100)
)
def test_any_broken_picture_is_a_sentence(mark: bytes, rest: bytes) -> None:
    found = shown(mark + rest)
    assert found.picture is not None or found.remark


@pytest.mark.parametrize("piece", ["a,", '"', "a\n", '"a\n', ";\t|,", "\0"])
def test_a_table_takes_time_as_it_is_long(piece: str) -> None:
    grows_like_its_size(lambda text: columns(text), piece, 20_000)


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (png(80, 60), "PNG picture, 80 x 60"),
        (b"GIF89a\x40\x01\xf0\x00\0\0\0", "GIF picture, 320 x 240"),
        (b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x01\xe0\x02\x80\x03", "JPEG picture, 640 x 480"),
        (b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0", "WebP picture, 640 x 480"),
        (b"\xff\xd8\xff\xe0", "JPEG picture"),
    ],
)
def test_a_picture_says_what_it_is(data: bytes, facts: str) -> None:
    assert shown(data).facts == facts


def test_a_kilobyte_that_claims_to_be_enormous_is_not_drawn() -> None:
    assert shown(png(60_000, 60_000, b"\0" * 100)).remark == "More than 50 million dots are not drawn here."


@needs_pillow
def test_a_picture_becomes_dots_of_its_shape() -> None:
    picture = shown(png(80, 60)).picture
    assert picture is not None
    assert (picture.columns, picture.rows, picture.dots) == (32, 24, b"\xff\0\0" * 32 * 24)


@needs_pillow
def test_a_broken_picture_is_a_sentence() -> None:
    assert shown(png(80, 60)[:60]).remark == "The picture is broken and cannot be drawn."


@pytest.mark.skipif(importlib.util.find_spec("PIL") is not None, reason="Pillow is installed")
def test_without_pillow_it_says_what_to_install() -> None:
    assert shown(png(80, 60)).remark == "To see it here, install Pillow beside omni-tui."


@needs_pdftotext
def test_the_text_of_a_pdf() -> None:
    found = shown(PDF)
    assert (found.facts, found.lines, found.remark) == ("PDF, 1 page", ("Invoice 2041",), "")


@needs_pdftotext
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.4 nothing", "It is damaged and cannot be read."),
        (PDF.replace(b"Tj", b"  "), "There is no text in it, only pictures."),
        (
            PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4"
                        b"/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"),
            "It is locked with a password.",
        ),
    ],
    ids=["broken", "without text", "locked"],
)  # fmt: skip
def test_a_pdf_without_text_says_why(data: bytes, words: str) -> None:
    assert shown(data).remark == words


def test_without_a_reader_of_pdf_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert shown(PDF).remark == "To read it here, install poppler-utils (pdftotext)."
