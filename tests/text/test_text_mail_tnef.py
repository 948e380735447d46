"""winmail.dat is opened: its files stand among the others, its text where a mail has no other; damage never raises.

The packing is written here as [MS-OXTNEF] says, since Outlook cannot be had.
"""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.steps import grows_like_its_size

from omni_tui.text.mail import ParsedMail, parse, part_bytes
from omni_tui.text.mail.tnef import PackedFile, unpack

STRING, UNICODE, BINARY = 0x001E, 0x001F, 0x0102


def attribute(kind: int, value: bytes, level: int = 2) -> bytes:
    return struct.pack("<BII", level, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def sized(id: int, kind: int, value: bytes, *, named: bytes = b"") -> bytes:
    head = struct.pack("<HH", kind, id) + named + struct.pack("<II", 1, len(value))
    return head + value + b"\0" * (-len(value) % 4)


def properties(*each: bytes) -> bytes:
    return struct.pack("<I", len(each)) + b"".join(each)


def file(title: bytes, data: bytes, *more: bytes) -> bytes:
    found = attribute(0x00069002, b"\1" * 14) + attribute(0x00018010, title + b"\0") + attribute(0x0006800F, data)
    return found + (attribute(0x00069005, properties(*more)) if more else b"")


def packed(*attributes: bytes) -> bytes:
    begin = struct.pack("<IH", 0x223E9F78, 1) + attribute(0x00069007, struct.pack("<II", 1251, 0), 1)
    return begin + b"".join(attributes)


def mail(data: bytes, text: str = "") -> bytes:
    head = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    said = f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n" if text else ""
    part = '--b\nContent-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n'
    return f"{head}{said}{part}{base64.encodebytes(data).decode()}--b--\n".encode()


WHOLE = packed(
    attribute(0x00069003, properties(sized(0x1000, UNICODE, "Wo bleibt es? Grüße\0".encode("utf-16-le"))), 1),
    file(
        b"RECHNU~1.PDF",
        b"%PDF-1.4",
        struct.pack("<HHI", 3, 0x3705, 1),  # a number before the names
        sized(
            0x8001, STRING, b"x\0", named=b"\7" * 16 + struct.pack("<II", 1, 6) + "ab\0".encode("utf-16-le") + b"\0\0"
        ),
        sized(0x3707, UNICODE, "../Rechnung für März.pdf\0".encode("utf-16-le")),
        sized(0x370E, STRING, b"Application/PDF\0"),
    ),
    file("счёт.txt".encode("cp1251"), b"hello"),
)


def names(found: ParsedMail) -> list[tuple[str, str, int]]:
    return [(each.name, each.mime, each.size) for each in found.attachments]


def test_its_files_stand_behind_it_and_can_be_had() -> None:
    raw = mail(WHOLE, "See the files.")
    found = parse(raw)
    assert names(found)[1:] == [
        ("Rechnung für März.pdf", "application/pdf", 8),
        ("счёт.txt", "application/octet-stream", 5),
    ]
    assert found.attachments[0].name == "winmail.dat" and found.sealings == ()
    assert part_bytes(raw, found.attachments[1].part) == ("Rechnung für März.pdf", "application/pdf", b"%PDF-1.4")
    assert part_bytes(raw, found.attachments[2].part)[2] == b"hello"
    for nowhere in ("2#3", "2#0", "2#x", "1#1", "9#1"):
        with pytest.raises(KeyError):
            part_bytes(raw, nowhere)


def test_its_text_is_read_where_there_is_no_other() -> None:
    assert parse(mail(WHOLE, "See the files.")).text.strip() == "See the files."
    assert parse(mail(WHOLE)).text == "Wo bleibt es? Grüße"
    html = properties(sized(0x1013, BINARY, b"<p>Where <b>is</b> it?</p>"))
    assert parse(mail(packed(attribute(0x00069003, html, 1)))).text == "Where is it?"
    assert parse(mail(packed(attribute(0x0002800C, b"Plain\r\nwords\0", 1)))).text == "Plain\nwords"


def test_one_that_cannot_be_opened_says_so() -> None:
    rtf = packed(attribute(0x00069003, properties(sized(0x1009, BINARY, b"rtf")), 1))
    for data in (b"no such thing", rtf, packed()):
        assert [each.kind for each in parse(mail(data, "Hello")).sealings] == ["tnef"]


@given(st.integers(0, len(WHOLE)), st.binary(max_size=60))
def test_a_damaged_one_is_read_as_far_as_it_goes(end: int, noise: bytes) -> None:
    assert set(unpack(WHOLE[:end]).files) <= {
        *unpack(WHOLE).files,
        PackedFile("RECHNU~1.PDF", "", b"%PDF-1.4"),
    }
    parse(mail(WHOLE[:end] + noise))


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    unpack(packed(data))
    unpack(packed(attribute(0x00069003, data, 1), attribute(0x00069002, b""), attribute(0x00069005, data)))


def test_it_takes_time_as_the_part_is_long() -> None:
    many = properties(*[sized(0x4000, STRING, b"x")] * 50)
    piece = attribute(0x00069002, b"") + attribute(0x00069005, many)
    grows_like_its_size(lambda text: unpack(packed(piece * len(text))), "x", 10)
