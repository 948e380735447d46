"""Mails are read in processes of their own: what one mail does to its process is nobody else's trouble."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.connectors.mail import parse_pool
from omni_tui.connectors.mail.message import read_mail
from omni_tui.connectors.mail.parse_pool import ParsePool
from omni_tui.connectors.mail.parse_wire import RawMail, frames, pack
from omni_tui.model.errors import Retry
from omni_tui.model.events import RemoteMessage


def raw_mail(number: int, subject: str = "") -> RawMail:
    head = f"From: Ana <ana@example.test>\r\nTo: shop@shop.test\r\nSubject: {subject or number}\r\n"
    text = f"{head}Message-ID: <{number}@example.test>\r\n\r\nBody {number}: 退款申请\r\n"
    return RawMail(text.encode(), f"1/{number}", 1000 + number)


@pytest.fixture
def pool() -> Iterator[ParsePool]:
    pool = ParsePool()
    yield pool
    pool.close()


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_pool, "MODULE", "support.poisoned_parse")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


def test_what_comes_back_is_what_reading_here_gives_in_order(pool: ParsePool) -> None:
    mails = [raw_mail(number) for number in range(130)]
    found = pool.read(mails)
    pool.close()
    assert found == [read_mail(each.raw, locator=each.locator, receipt_at=each.receipt_at) for each in mails]
    assert all(each.words is not None and "退款" in each.words.tokens for each in found)
    assert [each.words and each.words.lead for each in found] == [f"Body {number}: 退款申请" for number in range(130)]


def test_mails_larger_than_a_pipe_holds_come_back_from_both_processes(pool: ParsePool) -> None:
    # Questions wait for a process that itself waits for us to read its answers, unless somebody minds.
    large = [raw_mail(n)._replace(raw=raw_mail(n).raw + b"word " * 60_000 + b"\r\n" * n) for n in range(1, 9)]
    mails = [mail for pair in zip([raw_mail(n) for n in range(100, 108)], large, strict=True) for mail in pair] * 3
    found: list[RemoteMessage] = []
    reading = threading.Thread(target=lambda: found.extend(pool.read(mails)), daemon=True)
    reading.start()
    reading.join(30)
    assert [(each.locator, len(each.raw)) for each in found] == [(each.locator, len(each.raw)) for each in mails]
    assert [len(each.text) > 250_000 for each in found[:2]] == [False, True]


def test_processes_started_beforehand_answer(pool: ParsePool) -> None:
    before = set(psutil.Process().children())
    pool.begin()
    pool.begin()
    started = set(psutil.Process().children()) - before
    found = pool.read([raw_mail(n) for n in range(60)])
    assert len(started) == parse_pool.PROCESSES == len(set(psutil.Process().children()) - before)
    # Whoever stores what they read goes first.
    assert {each.nice() for each in started} == {min(19, psutil.Process().nice() + parse_pool.GIVES_WAY)}
    assert [each.subject for each in found] == [str(n) for n in range(60)]


def test_nothing_to_read_starts_nothing(pool: ParsePool) -> None:
    before = psutil.Process().children()
    assert pool.read([]) == []
    assert psutil.Process().children() == before


def test_a_reason_known_beforehand_is_kept(pool: ParsePool) -> None:
    whole = raw_mail(1)
    (found,) = pool.read([RawMail(whole.raw, whole.locator, whole.receipt_at, "too large")])
    pool.close()
    assert found.unreadable == "too large" and found.text.startswith("Body 1")


@pytest.mark.parametrize(
    ("poison", "words"),
    [
        ("hang", "took more than"),
        ("abort", "made the program"),
        ("babble", "made the program"),
        ("hunger", "MB of memory"),
    ],
)
@pytest.mark.usefixtures("poisoned")
def test_a_poisoned_mail_is_kept_with_its_source_and_the_reason(pool: ParsePool, poison: str, words: str) -> None:
    mails = [raw_mail(number, poison if number == 5 else "") for number in range(60)]
    found = pool.read(mails)
    pool.close()
    assert [each.locator for each in found] == [each.locator for each in mails]
    bad = [each for each in found if each.unreadable]
    assert [each.locator for each in bad] == ["1/5"]
    assert words in bad[0].unreadable and bad[0].raw == mails[5].raw
    assert (bad[0].author.address, bad[0].subject) == ("ana@example.test", poison)


@pytest.mark.usefixtures("poisoned")
def test_several_threads_share_the_processes(pool: ParsePool) -> None:
    answers: dict[int, list[RemoteMessage]] = {}

    def read(thread: int) -> None:
        answers[thread] = pool.read([raw_mail(thread * 100 + n, "abort" if n == 7 else "") for n in range(50)])

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    for thread, found in answers.items():
        assert [each.key for each in found] == [f"{thread * 100 + n}@example.test" for n in range(50)]
        assert [each.locator for each in found if each.unreadable] == [f"1/{thread * 100 + 7}"]
    assert len(answers) == 4


def test_a_process_that_was_killed_meanwhile_is_replaced(pool: ParsePool) -> None:
    before = set(psutil.Process().children())
    pool.read([raw_mail(1)])
    for child in set(psutil.Process().children()) - before:
        child.kill()
        child.wait(10)
    (found,) = pool.read([raw_mail(2)])
    pool.close()
    assert not found.unreadable and found.subject == "2"


def test_a_program_that_does_not_start_makes_no_mail_unreadable(
    monkeypatch: pytest.MonkeyPatch, pool: ParsePool
) -> None:
    monkeypatch.setattr(parse_pool, "MODULE", "support.there_is_none")
    with pytest.raises(Retry, match="does not start"):
        pool.read([raw_mail(1)])
    monkeypatch.undo()
    (found,) = pool.read([raw_mail(1)])
    assert not found.unreadable


def test_closed(pool: ParsePool) -> None:
    pool.read([raw_mail(1)])
    pool.close()
    with pytest.raises(Retry):
        pool.read([raw_mail(2)])


def test_one_that_still_reads_when_the_pool_is_closed_ends_behind_it(pool: ParsePool) -> None:
    before = set(psutil.Process().children())
    mails = [raw_mail(number) for number in range(parse_pool.CHUNK_MAILS)]
    taken: list[RawMail] = []

    class Closing(Sequence[RawMail]):
        """Closes the pool when the only question is put together: its process is taken by then."""

        def __len__(self) -> int:
            return len(mails)

        def __getitem__(self, place: Any) -> Any:
            if not taken:
                pool.close()
            taken.append(mails[place])
            return mails[place]

        def __iter__(self) -> Iterator[RawMail]:
            return iter(mails)

    assert len(pool.read(Closing())) == len(mails)
    assert not set(psutil.Process().children()) - before


def test_control_c_is_not_heard_by_a_process_that_just_starts(pool: ParsePool) -> None:
    # Whoever started the tests in the background has Ctrl-C ignored, and so would the process.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        before = set(psutil.Process().children())
        pool.begin(1)
        (child,) = set(psutil.Process().children()) - before
        child.send_signal(signal.SIGINT)
        (found,) = pool.read([raw_mail(1)])
    finally:
        signal.signal(signal.SIGINT, heard)
    assert found.subject == "1" and child.is_running()


def test_the_processes_get_no_secret(monkeypatch: pytest.MonkeyPatch, pool: ParsePool) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "hunter2-canary")
    before = set(psutil.Process().children())
    pool.read([raw_mail(1)])
    (child,) = set(psutil.Process().children()) - before
    environment = child.environ()
    pool.close()
    assert "SHOP_PASSWORD" not in environment and "PATH" in environment


PLAIN = st.recursive(
    st.none() | st.integers() | st.text() | st.binary(), lambda inner: st.lists(inner) | st.lists(inner).map(tuple)
)


def test_one_whose_asker_is_gone_ends_without_a_word() -> None:
    asked, answers = os.pipe()
    os.close(asked)
    with os.fdopen(answers, "wb") as stdout:
        command = [sys.executable, "-m", parse_pool.MODULE]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@given(st.lists(PLAIN, max_size=5), st.lists(st.integers(1, 40)))
def test_frames_come_out_however_a_pipe_cuts_them(values: list[object], cuts: list[int]) -> None:
    data = b"".join(map(pack, values))
    held, found = bytearray(), []
    for size in (*cuts, len(data)):
        held += data[:size]
        data = data[size:]
        found.extend(frames(held))
    assert found == values and not held


def test_a_frame_of_no_possible_size_is_refused() -> None:
    held = bytearray(pack("whole") + b"\xff\xff\xff\xff")
    whole = frames(held)
    assert next(whole) == "whole"
    with pytest.raises(EOFError):
        next(whole)


def test_few_mails_start_one_process(pool: ParsePool) -> None:
    """Another one would take longer to start than these take to be read."""
    mails = [
        RawMail(b"From: a@post.example\r\nSubject: %d\r\n\r\nText" % number, f"1/{number}", 0) for number in range(90)
    ]
    found = pool.read(mails)
    assert [each.subject for each in found] == [str(number) for number in range(90)]
    assert sum(process.is_running() for process in pool._free.queue) == 1
    pool.read(mails * 2)
    assert sum(process.is_running() for process in pool._free.queue) == 2
