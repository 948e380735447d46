"""Header blocks are read in one pass where they are sound, with patience where they are not, and nobody shares them."""

from __future__ import annotations

import pytest

from omni_tui.text.mail import parse
from omni_tui.text.mail.headers import split


@pytest.mark.parametrize(
    ("block", "headers"),
    [
        (b"Subject: a\r\n\tb\r\n  c \r\nTo : x\r\n", {"subject": ["a b c"], "to": ["x"]}),
        (b"X: 1\nx: 2\nY:\n", {"x": ["1", "2"], "y": [""]}),
        (b"A: 1:2\r\n \r\nB: 3\r\n", {"a": ["1:2"], "b": ["3"]}),
        (b"A: 1\r\nB:\r\n 2", {"a": ["1"], "b": ["2"]}),
        (b"Subject: \xe4\r\n", {"subject": ["\udce4"]}),
        (b"From me Mon Nov 23\nA: 1\n", {"a": ["1"]}),
        # A name goes over no line end: what stands before is no header, and the mail's text begins there.
        (b"A: 1\r\nSubject\r\n : x\r\n", {"a": ["1"]}),
    ],
)
def test_a_block_of_headers(block: bytes, headers: dict[str, list[str]]) -> None:
    for _again in range(2):  # short blocks are remembered
        assert split(block + b"\r\nbody", 0, len(block) + 6)[0] == headers


def test_parts_that_say_the_same_keep_what_is_theirs() -> None:
    head = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    part = b"--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\n"
    named = part.replace(b"attachment", b"attachment; filename=a.pdf")
    mail = parse(head + part + b"one\r\n" + named + b"three\r\n" + part + b"seven\r\n--x--\r\n")
    found = [(file.part, file.name, file.mime, file.size) for file in mail.attachments]
    pdf = "application/pdf"
    assert found == [("1", "", pdf, 3), ("2", "a.pdf", pdf, 5), ("3", "", pdf, 5)]


def test_the_type_a_part_has_for_want_of_one_is_its_multiparts() -> None:
    head = b"From: a@b.example\r\nContent-Type: multipart/%s; boundary=x\r\n\r\n--x\r\nX-Y: 1\r\n\r\n"
    inner = b"From: c@d.example\r\n\r\nHello\r\n--x--\r\n"
    for _again in range(2):
        assert parse(head % b"mixed" + inner).text.endswith("Hello")
        assert [file.mime for file in parse(head % b"digest" + inner).attachments] == ["message/rfc822"]
