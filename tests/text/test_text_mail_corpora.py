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

WRONG_LABELS = {
    "legacy/017": "the part says it is uuencoded; the label has its two files still encoded",
    "malformed/009": "RFC 2046, 5.1.2: an outer boundary ends an inner multipart; the label reads on over it",
    "malformed/011": "RFC 2046, 5.1.2: an outer boundary ends an inner multipart; the label reads on over it",
}
"""Mails whose label contradicts the standard or the mail itself: their facts are no measure."""

OTHERWISE = {
    "malformed/019": "the first of two Dates is cut within its time; we read the whole one",
    "malformed/020": "two Content-Types, one boundary missing: the label shows the HTML alternative as source",
    "malformed/021": "two Content-Types, one boundary missing: the label shows the HTML alternative as source",
}
"""Mails we mean to read otherwise than their label, and why. They count against us."""


@pytest.fixture(scope="module")
def facts() -> list[Fact]:
    if not LABELLED:
        pytest.skip("the public corpora are not here")
    return [fact for path in LABELLED for crlf in (False, True) for fact in compare(path, crlf=crlf)]


def test_of_a_hundred_labelled_facts_ninety_eight_are_read_alike(facts: list[Fact]) -> None:
    judged = [fact for fact in facts if _mail(fact) not in WRONG_LABELS]
    total = Counter(fact.group for fact in judged)
    equal = Counter(fact.group for fact in judged if fact.equal)
    share = {group: equal[group] / total[group] for group in total}
    assert set(total) == {"header", "text", "attachment"}
    assert len(facts) - len(judged) < len(facts) / 50
    assert min(share.values()) >= 0.98, share


def test_every_difference_is_one_we_mean(facts: list[Fact]) -> None:
    differing = {_mail(fact) for fact in facts if not fact.equal}
    assert differing == WRONG_LABELS.keys() | OTHERWISE.keys()


def _mail(fact: Fact) -> str:
    return fact.mail.partition(".")[0]


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
