"""Public mails are read as their labels say; where we read otherwise, it is written down why."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from support.labelled_mail import Fact, compare
from support.shared import SHARED

from omni_tui.text.mail import parse, part_bytes

LABELLED = sorted((SHARED / "corpora" / "mail-parser").rglob("*.eml"))
BROKEN = sorted((SHARED / "corpora" / "ruby-mail").rglob("*.eml"))

KNOWN = {
    "legacy/017": "uuencoded files are decoded; the label has them encoded",
    "malformed/009": "an outer boundary ends an inner multipart that was never closed",
    "malformed/011": "an outer boundary ends an inner multipart that was never closed",
    "malformed/019": "the first Date is damaged and no later one stands in the header",
    "malformed/020": "of two Content-Types the first holds",
    "malformed/021": "of two Content-Types the first holds",
    "thirdparty/005": "UTF-16 unencoded in the body does not survive a change of line ends",
    "thirdparty/002": "one word of no base64 in a base64 part is decoded as such",
}
"""Mails that are read otherwise than their label says, and why."""


@pytest.fixture(scope="module")
def facts() -> list[Fact]:
    if not LABELLED:
        pytest.skip("the public corpora are not here")
    return [fact for path in LABELLED for crlf in (False, True) for fact in compare(path, crlf=crlf)]


def test_of_a_hundred_labelled_facts_ninety_eight_are_read_alike(facts: list[Fact]) -> None:
    total = Counter(fact.group for fact in facts)
    equal = Counter(fact.group for fact in facts if fact.equal)
    for group in total:
        print(f"{group}: {equal[group]} of {total[group]}, {equal[group] / total[group]:.1%}")
    assert set(total) == {"header", "text", "attachment"}
    assert equal.total() / total.total() >= 0.98


def test_every_difference_is_one_we_mean(facts: list[Fact]) -> None:
    unexpected = [fact for fact in facts if not fact.equal and fact.mail.partition(".")[0] not in KNOWN]
    assert unexpected == []


@pytest.mark.parametrize("path", BROKEN or [None], ids=lambda path: path.stem if path else "absent")
def test_of_broken_mails_nothing_readable_is_lost(path: Path | None) -> None:
    if path is None:
        pytest.skip("the public corpora are not here")
    raw = path.read_bytes()
    read = parse(raw)
    kept = read.text + "".join(part_bytes(raw, part.part)[2].decode("latin-1") for part in read.attachments)
    words = _readable_words(raw)
    lost = [word for word in words if word not in kept]
    # An HTML alternative beside plain text is left out as a whole.
    assert len(lost) <= max(2, len(words) // 20), lost[:20]


def _readable_words(raw: bytes) -> list[str]:
    """Plain words of the body that stand in no header, boundary, tag or encoded block."""
    _head, _gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = [
        line
        for line in body.decode("ascii", "ignore").split("\n")
        if " " in line.strip() and not re.match(r"[\w-]+:|\s|--|This is a|.*[<>=&]", line)
    ]
    return [word for line in lines for word in re.findall(r"\b[a-z]{4,12}\b", line)]
