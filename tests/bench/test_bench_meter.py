"""The meter measures what it says: bytes and times of a program on a terminal, and figures against their limits."""

from __future__ import annotations

import hashlib
import sys
import textwrap

import pytest

from benchmarks import mails
from benchmarks.busy import cursor_words, painted_ms
from benchmarks.figure import Figure, Unmeasured, percentile
from benchmarks.terminal import Terminal

ECHO = textwrap.dedent("""
    import os, sys, termios, time, tty
    tty.setraw(0)
    os.write(1, b"\\x1b[2J\\x1b[Hready\\x1b[?2026$p")
    os.read(0, 99)
    os.write(1, b"\\r\\nanswered")
    while (key := os.read(0, 1)) != b"q":
        os.write(1, key * 7)
        if key == b"l":
            time.sleep(0.3)
            os.write(1, b"late")
""")


def terminal() -> Terminal:
    return Terminal([sys.executable, "-c", ECHO], {"PATH": "/usr/bin:/bin"}, 40, 10)


def test_a_figure_holds_up_to_its_limit() -> None:
    assert Figure("a", 5.0, "ms", 5.0).holds
    assert not Figure("a", 5.1, "ms", 5.0).holds
    assert Figure("a", 1e9, "ms").holds
    assert "FAIL" in Figure("a", 6.0, "ms", 5.0).line()


def test_percentiles_are_measured_values() -> None:
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile([3.0], 0.99) == 3.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_bytes_of_a_key_prompt_and_late() -> None:
    with terminal() as meter:
        meter.settle(1.0)
        assert "answered" in meter.text()  # the program's question to the terminal was answered
        assert meter.seconds_until(lambda lines: lines[0].startswith("ready")) > 0
        assert meter.press("x").octets == 7
        slow = meter.press("l", late_s=1.0)
        assert (slow.octets, slow.late) == (7, 4)
        assert slow.all_octets == 11
        assert meter.idle(0.1) == 0
        assert meter.end("q") < 20


def test_a_key_counts_as_painted_with_the_frame_that_shows_the_cursor_elsewhere() -> None:
    screen = [
        "head",
        " N   mail  Ada Abelin      1m",
        "           Order",
        ">    mail  Bela Brandt     2m",
        "           Refund",
    ]
    ada, bela = "Ada Abelin", cursor_words(screen)
    assert bela == "Bela Brandt     2mRefund"
    frames = [(1.0, ada), (2.001, ada), (2.002, ""), (2.004, bela), (3.0, bela), (4.010, ada)]
    assert painted_ms([2.0, 4.0], frames) == pytest.approx([4.0, 10.0])
    with pytest.raises(Unmeasured):
        painted_ms([5.0], frames)


def test_what_never_appears_is_said() -> None:
    with terminal() as meter:
        meter.settle(1.0)
        with pytest.raises(Unmeasured, match="ready"):
            meter.seconds_until(lambda lines: lines[0].startswith("never"))


def test_the_mailbox_is_the_same_every_time() -> None:
    def digest() -> str:
        return hashlib.sha256(b"".join(mail.raw for mail in mails.mailbox(200, 1_800_000_000))).hexdigest()

    assert digest() == digest()
