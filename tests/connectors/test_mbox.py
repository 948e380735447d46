"""An mbox is cut into its mails whatever its form, as a stream, and gone on with where one stopped."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mail_files import ENVELOPE, letter, mboxcl2, mboxo, mboxrd, takeout

from omni_tui.connectors.mail.files import mbox
from omni_tui.connectors.mail.files.mbox import UTF8_MARK, envelope_time, is_separator, read_mbox

AT = 1_762_164_000_000
TRICKY = "Dear shop,\n\nFrom the day it came it flickers.\n> From what I read this is known.\nFrom: is no header here\n"


def raws(data: bytes, chunk: int = 1 << 20) -> list[bytes]:
    """What is read in pieces of ``chunk`` bytes."""

    class Dribble(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(chunk)

    return [mail.raw for mail in read_mbox(Dribble(data))]


@pytest.mark.parametrize("chunk", [1, 7, 64, 1 << 20])
@pytest.mark.parametrize("write", [mboxo, mboxrd, mboxcl2])
def test_every_form_gives_the_mails_back(write: object, chunk: int) -> None:
    mails = [letter(1), letter(2, TRICKY), letter(3, ""), letter(4, "last\n\n\n\nwords")]
    found = raws(write(mails), chunk)  # type: ignore[operator]
    if write is mboxcl2:
        found = [re.sub(rb"\nContent-Length: \d+", b"", raw) for raw in found]
    assert [raw.rstrip() for raw in found] == [mail.rstrip() for mail in mails]


@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_the_mark_an_editor_put_before_it_is_none_of_a_mail(chunk: int) -> None:
    mails = [letter(1, TRICKY), letter(2)]
    assert raws(UTF8_MARK + mboxrd(mails), chunk) == raws(mboxrd(mails))
    (first, second) = read_mbox(io.BytesIO(UTF8_MARK + mboxrd(mails)))
    assert (first.start, first.at, second.start) == (len(UTF8_MARK), AT, first.end)


def test_what_was_escaped_twice_comes_back_escaped_once() -> None:
    mail = letter(1, "From me\n>From you\n>>From them\n")
    assert raws(mboxrd([mail])) == [mail]


def test_gmail_takeout() -> None:
    (mail,) = read_mbox(io.BytesIO(takeout([(letter(1, TRICKY), "Inbox")])))
    assert mail.at == AT
    assert mail.raw.replace(b"\r\n", b"\n").rstrip().endswith(TRICKY.encode().rstrip())


def test_a_sentence_is_no_separator_though_an_empty_line_is_before_it() -> None:
    data = ENVELOPE + letter(1, "Hello\n\nFrom Monday on we are closed.\nNote: really\n") + b"\n"
    assert len(raws(data)) == 1


def test_a_content_length_that_lies_is_not_believed() -> None:
    for lie in (0, 3, 5000, 99_999_999):
        data = mboxo([letter(1, more=f"Content-Length: {lie}\n"), letter(2)])
        assert len(raws(data)) == 2, lie


def test_a_mail_that_holds_a_mailbox_stays_one_by_its_length() -> None:
    inner = mboxo([letter(8), letter(9)]).decode()
    data = mboxcl2([letter(1, inner), letter(2)])
    first, second = raws(data)
    assert b"<8@post.example>" in first and b"<9@post.example>" in first
    assert b"<2@post.example>" in second


def test_lines_without_a_time_cut_only_before_a_header() -> None:
    data = b"From lena\n" + letter(1, "Hello\n\nFrom here it is\nnice") + b"\nFrom lena\n" + letter(2)
    assert len(raws(data)) == 2


@pytest.mark.parametrize("chunk", [1000, 1 << 20])
def test_of_a_mail_beyond_the_limit_only_the_beginning_is_kept(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "CHUNK", chunk)
    data = mboxo([letter(1), letter(2, "x" * 300_000), letter(3)])
    first, large, third = read_mbox(io.BytesIO(data), most=100_000)
    assert (first.raw, third.raw) == (letter(1), letter(3))
    assert large.size - len(letter(2, "x" * 300_000)) in (0, 1)
    assert len(large.raw) <= 100_000 and large.raw.startswith(b"From: lena")


@pytest.mark.parametrize("data", [b"", b"\n\n\n", b"\r\n"])
def test_nothing_is_no_mail(data: bytes) -> None:
    assert raws(data) == []


@pytest.mark.parametrize(
    "line",
    [
        b"From lena@post.example Mon Nov  3 10:00:00 2025",
        b"From - Mon Nov 03 10:00:00 2025",
        b"From 17@xxx Mon Nov 03 10:00:00 +0000 2025",
        b"From ???@??? Mon Nov 03 10:00:00 2025 +0000",
        b"From MAILER-DAEMON Mon Nov  3 10:00:00 UTC 2025",
        b'From "a b"@c.example Mon Nov  3 10:00 2025',
        b"From lena@post.example Mon, 03 Nov 2025 10:00:00 +0000",
    ],
)
def test_from_lines_as_programs_write_them(line: bytes) -> None:
    assert is_separator(line)
    assert envelope_time(line) == AT


@pytest.mark.parametrize("line", [b"From now on", b"From Mon to Fri", b">From a Mon Nov  3 10:00:00 2025", b"from a"])
def test_what_is_no_from_line(line: bytes) -> None:
    assert not is_separator(line)


@given(st.lists(st.text(st.sampled_from("From >\na:1"), max_size=60), min_size=1, max_size=5), st.integers(1, 40))
def test_whatever_the_bodies_are(bodies: list[str], chunk: int) -> None:
    mails = [letter(number, body) for number, body in enumerate(bodies)]
    assert [raw.rstrip() for raw in raws(mboxrd(mails), chunk)] == [mail.rstrip() for mail in mails]


@given(st.binary(max_size=400), st.integers(1, 40))
def test_garbage_ends_and_loses_no_byte(data: bytes, chunk: int) -> None:
    held = 0
    for mail in read_mbox(io.BytesIO(ENVELOPE + data)):
        assert mail.start < mail.end
        held = mail.end
    assert held in range(len(ENVELOPE), len(ENVELOPE + data) + 1)
    raws(ENVELOPE + data, chunk)


@given(st.lists(st.text(st.sampled_from("From >\na:1"), max_size=60), min_size=2, max_size=6), st.data())
def test_reading_goes_on_behind_any_mail(bodies: list[str], data: st.DataObject) -> None:
    whole = mboxrd(letter(number, body) for number, body in enumerate(bodies))
    every = list(read_mbox(io.BytesIO(whole)))
    stopped = data.draw(st.integers(0, len(every) - 1))
    stream = io.BytesIO(whole)
    stream.seek(every[stopped].end)
    assert list(read_mbox(stream, every[stopped].end)) == every[stopped + 1 :]


def test_memory_stays_flat(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the file, no more is held than a chunk and a mail."""
    most = 0
    more = mbox._Reader._more

    def watched(self: mbox._Reader) -> None:
        nonlocal most
        more(self)
        most = max(most, len(self._held))

    monkeypatch.setattr(mbox._Reader, "_more", watched)
    one = mboxo([letter(1, "word " * 200)])

    class Endless(io.RawIOBase):
        left = 40_000_000

        def read(self, size: int = -1, /) -> bytes:
            count = min(self.left, size) // len(one)
            self.left -= count * len(one)
            return one * count

    assert sum(1 for _ in read_mbox(Endless(), 0)) > 30_000  # type: ignore[arg-type]
    assert most < 3 * mbox.CHUNK
