"""What a server sends comes out the same however the network cuts it, and whichever way it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.connectors.mail import imap_stream
from omni_tui.connectors.mail.fetching import Fetched
from omni_tui.connectors.mail.imap_stream import ImapStream, TooLong

LISTED = b'* %d FETCH (UID %d FLAGS (\\Seen) INTERNALDATE "22-Nov-2026 01:55:28 +0100" RFC822.SIZE %d)\r\n'


def arriving(pieces: Iterable[bytes | None]) -> Callable[[memoryview], int | None]:
    """A connection over which these come one after the other (None: nothing is there yet), and then its end."""
    waiting = list(pieces)

    def receive(room: memoryview) -> int | None:
        if not waiting or (piece := waiting[0]) is None:
            return None if waiting and waiting.pop(0) is None else 0
        taken = min(len(room), len(piece))
        room[:taken] = piece[:taken]
        waiting[0] = piece[taken:]
        if not waiting[0]:
            waiting.pop(0)
        return taken

    return receive


def cut(text: bytes, places: Iterable[int]) -> Iterator[bytes]:
    ends = sorted({each % len(text) for each in places} - {0}) if text else []
    yield from (text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True) if a < b)


MAILS = st.lists(
    st.tuples(
        st.integers(1, 2**32 - 1), st.one_of(st.binary(max_size=80), st.just(b")\r\n* 1 FETCH (UID 1 BODY[] {1}\r\n"))
    ),
    max_size=6,
)


@given(MAILS, st.booleans(), st.lists(st.integers(1, 4000), max_size=12))
def test_answers_come_out_however_they_are_cut(
    mails: list[tuple[int, bytes]], uid_first: bool, places: list[int]
) -> None:
    sent, expected = b"", []
    for seq, (uid, content) in enumerate(mails, 1):
        head = b"UID %d BODY[] {%d}" % (uid, len(content)) if uid_first else b"BODY[] {%d}" % len(content)
        sent += b"* %d FETCH (%b\r\n%b%b)\r\n" % (seq, head, content, b"" if uid_first else b" UID %d" % uid)
        sent += LISTED % (seq, uid, len(content))
        expected += [(seq, uid, content, None), (seq, uid, None, len(content))]
    stream = ImapStream(arriving(cut(sent + b"A7 OK done\r\nmore", places)))
    assert [(each.seq, each.uid, each.content, each.size) for each in stream.answers()] == expected
    assert (stream.readline(), stream.read(9), stream.readline()) == (b"A7 OK done\r\n", b"more", b"")


@given(st.binary(max_size=60), st.lists(st.integers(1, 200), max_size=5))
def test_nothing_unusual_is_taken(noise: bytes, places: list[int]) -> None:
    """Whatever it is, it is left for whoever reads it line by line."""
    sent = b"* 1 FETCH (UID 4 BODY[] {2}\r\nhi" + noise
    stream = ImapStream(arriving(cut(sent, places)))
    taken = list(stream.answers())
    rest = b"".join(iter(stream.readline, b""))
    assert (sent == rest) if not taken else (taken[0] == Fetched(1, 4, content=b"hi") and noise.startswith(b")\r\n"))


@pytest.mark.parametrize("size", [200_000, 900_000])
def test_a_large_mail_and_what_stands_behind_it(size: int) -> None:
    mail, sent = large(size)
    stream = ImapStream(arriving(cut(sent, range(0, len(sent), 5_000))))
    assert [(each.uid, each.content == mail) for each in stream.answers()] == [(3, True)]
    assert stream.readline() == b"* 3 EXISTS\r\n"


@pytest.mark.parametrize("piece", [4_096, 16_384, 100_000])
def test_many_mails_come_out_whole_however_large_the_pieces_are(piece: int) -> None:
    mails = [bytes([65 + number]) * (30_000 + 9_001 * number) for number in range(24)]
    sent = b"".join(b"* 1 FETCH (UID 3 BODY[] {%d}\r\n%b)\r\n" % (len(mail), mail) for mail in mails)
    stream = ImapStream(arriving(cut(sent + b"A7 OK done\r\n", range(0, len(sent), piece))))
    assert [each.content for each in stream.answers()] == mails
    assert stream.readline() == b"A7 OK done\r\n"


def test_what_came_of_a_mail_before_the_server_fell_silent_is_kept() -> None:
    mail, sent = large(200_000)
    stream = ImapStream(arriving([sent[:70_000], sent[70_000:90_000], None, sent[90_000:]]))
    with pytest.raises(BlockingIOError):
        list(stream.answers())
    assert [each.content == mail for each in stream.answers()] == [True]


def test_one_too_large_to_be_held_is_left_for_who_reads_it_in_pieces() -> None:
    mail, sent = large(3_000_000)
    stream = ImapStream(arriving(cut(sent, range(0, len(sent), 5_000))))
    assert list(stream.answers()) == []
    assert stream.readline().endswith(b"}\r\n")
    assert stream.read(len(mail)) == mail
    assert stream.readline() + stream.readline() == b")\r\n* 3 EXISTS\r\n"


def large(size: int) -> tuple[bytes, bytes]:
    """A mail of about that size, and what a server sends with it."""
    mail = bytes(range(256)) * (size // 256)
    return mail, b"* 2 FETCH (UID 3 BODY[] {%d}\r\n%b)\r\n* 3 EXISTS\r\n" % (len(mail), mail)


def test_a_mail_that_ends_too_early_is_none() -> None:
    stream = ImapStream(arriving([b"* 1 FETCH (UID 4 BODY[] {20}\r\nshort"]))
    assert list(stream.answers()) == []
    assert stream.readline() == b"* 1 FETCH (UID 4 BODY[] {20}\r\n"
    assert stream.read(20) == b"short"


def test_where_nothing_is_there_yet_what_came_is_kept() -> None:
    stream = ImapStream(arriving([b"* 4 EX", None, b"ISTS\r\n"]))
    with pytest.raises(BlockingIOError):
        stream.readline()
    assert stream.readline() == b"* 4 EXISTS\r\n"


def test_lines_and_literals_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_stream, "MAX_LINE", 1_000_000)
    with pytest.raises(TooLong):
        ImapStream(lambda room: len(room)).readline()
    with pytest.raises(TooLong):
        ImapStream(arriving([b"x"])).read(imap_stream.MAX_LITERAL + 1)
    assert list(ImapStream(lambda room: len(room)).answers()) == []
