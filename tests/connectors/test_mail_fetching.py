"""FETCH answers as imaplib hands them over, from servers that write them differently."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.connectors.mail.fetching import Fetched, Piece, fits_together, internal_date, read_answers

DATE = b'INTERNALDATE "22-Nov-2026 01:55:28 +0100"'
AT = 1_795_308_928_000


def test_a_plain_answer() -> None:
    pieces: list[Piece] = [
        (b"7 (UID 42 FLAGS (\\Seen \\Answered) " + DATE + b" RFC822.SIZE 5 BODY[] {5}", b"a)\r\nb"),
        b")",
    ]
    assert list(read_answers(pieces)) == [
        Fetched(7, 42, frozenset({b"\\seen", b"\\answered"}), AT, 5, b"a)\r\nb"),
    ]


def test_items_behind_the_literal_and_announcements_between() -> None:
    pieces: list[Piece] = [
        b"3 (FLAGS (\\Seen))",
        (b"4 (BODY[] {2}", b"hi"),
        b" UID 9 FLAGS () RFC822.SIZE 2)",
        b"5 (UID 10 FLAGS ($Junk NonJunk))",
        None,
    ]
    assert list(read_answers(pieces)) == [
        Fetched(3, flags=frozenset({b"\\seen"})),
        Fetched(4, 9, size=2, content=b"hi"),
        Fetched(5, 10, frozenset({b"$junk", b"nonjunk"})),
    ]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (b'1 (UID 2 BODY[] "a \\"b\\" \\\\ )")', b'a "b" \\ )'),
        (b"1 (UID 2 BODY[] NIL)", None),
        (b'1 (BODY[HEADER.FIELDS (FROM "X Y")] "" UID 2)', b""),
        (b'1 (X-GM-LABELS ("a ) b" (c)) MODSEQ (12) UID 2 BODY[]<0> "x")', b"x"),
    ],
)
def test_short_contents_and_unknown_items(text: bytes, content: bytes | None) -> None:
    [answer] = read_answers([text])
    assert (answer.uid, answer.content) == (2, content)


def test_two_literals_in_one_answer() -> None:
    pieces: list[Piece] = [(b"1 (X-GM-LABELS ({3}", b"a b"), (b") UID 2 BODY[] {1}", b"x"), b")"]
    [answer] = read_answers(pieces)
    assert (answer.uid, answer.content) == (2, b"x")


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (b"22-Nov-2026 01:55:28 +0100", AT),
        (b" 2-Jan-1970 00:00:00 +0000", 86_400_000),
        (b"01-Jan-1970 00:00:00 -0130", 5_400_000),
        (b"22-Nov-2026 01:55:28", AT + 3_600_000),
        (b" 22-NOV-2026 01:55:28 +0100 and more", AT),
        (b"2-Jan-1970 00:00:010", 86_401_000),
        (b"22-Nov-2026 01:55:2", None),
        (b"22-Nov-2026 0:155:28 +0100", None),
        (b"22-Nov-2026 01.55.28 +0100", None),
        (b"22-Nov-2026 \xb21:55:28 +0100", None),
        (b"01-Foo-1970 00:00:00 +0000", None),
        (b"01-Jan-0000 00:00:00 +0000", None),
        (b"", None),
    ],
)
def test_dates(value: bytes, at: int | None) -> None:
    assert internal_date(value) == at


@given(
    st.integers(86_400, 4_000_000_000),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["%2d", "%02d", "%d"]),
)
def test_any_date(seconds: int, zone: int, day: str) -> None:
    sign, minutes, local = ("-" if zone < 0 else "+"), abs(zone), datetime.fromtimestamp(seconds + zone * 60, UTC)
    text = f"{day % local.day}{local:-%b-%Y %H:%M:%S} {sign}{minutes // 60:02d}{minutes % 60:02d}"
    assert internal_date(text.encode()) == seconds * 1000


@given(
    st.lists(st.one_of(st.binary(max_size=60), st.tuples(st.binary(max_size=60), st.binary(max_size=20)), st.none()))
)
def test_garbage_never_raises(pieces: list[Piece]) -> None:
    list(read_answers(pieces))


@given(st.lists(st.tuples(st.integers(1, 2**32 - 1), st.binary(max_size=200), st.booleans()), max_size=8))
def test_every_content_comes_back_with_its_uid(mails: list[tuple[int, bytes, bool]]) -> None:
    pieces: list[Piece] = []
    for seq, (uid, content, uid_first) in enumerate(mails, 1):
        size = str(len(content)).encode()
        if uid_first:
            pieces += [(b"%d (UID %d BODY[] {%b}" % (seq, uid, size), content), b")"]
        else:
            pieces += [(b"%d (BODY[] {%b}" % (seq, size), content), b" UID %d)" % uid]
    assert [(f.uid, f.content) for f in read_answers(pieces)] == [(uid, content) for uid, content, _first in mails]


@given(st.integers(2, 40), st.integers(1, 1000), st.data())
def test_what_noise_hides_in_a_listing_is_noticed(count: int, first: int, data: st.DataObject) -> None:
    """Noise without line ends makes one line of many: the answers in it are gone without an error."""
    lines = [
        b'%d (UID %d FLAGS (\\Seen) INTERNALDATE "22-Nov-2026 01:55:%02d +0000" RFC822.SIZE %d)' % (n, n * 3, n, n + 99)
        for n in range(first, first + count)
    ]
    text = b"\r\n* ".join(lines)
    start = data.draw(st.integers(len(b"%d (" % first), len(text) - 2))
    end = data.draw(st.integers(start + 1, len(text)))
    noise = bytes(byte ^ 0x55 for byte in text[start:end])
    read = list(read_answers((text[:start] + noise + text[end:]).split(b"\r\n* ")))
    kept = {each.uid for each in read if each.size is not None}
    assert kept == {n * 3 for n in range(first, first + count)} or not fits_together(read)


def test_a_listing_fits_together_whatever_is_told_in_between() -> None:
    told = [Fetched(seq, uid, received_at=1, size=1) for seq, uid in ((4, 40), (5, 41), (6, 50))]
    told.insert(1, Fetched(9, 0, frozenset({b"\\seen"})))
    assert fits_together(told) and fits_together([])
    assert not fits_together([told[0], told[3]])
    assert not fits_together([*told, Fetched(7, 51, received_at=1, size=1, whole=False)])
