"""Calling somebody who looks elsewhere: the bell, and the notices of terminals by OSC 9 and OSC 777."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Literal

from omni_tui.text.cells import cut
from omni_tui.text.clean import clean_line

Desktop = Literal["off", "osc9", "osc777"]

BELL = "\a"
_TITLE = "omni-tui"
_LONGEST = 120


def notice(text: str, *, bell: bool, desktop: Desktop, environment: Mapping[str, str]) -> str:
    """What to write to the terminal to have ``text`` noticed. ``text`` may come from anywhere.

    OSC 9 is iTerm2's (https://iterm2.com/documentation-escape-codes.html), OSC 777 rxvt-unicode's "notify;title;body".
    Inside tmux the sequence is wrapped so that it reaches the terminal around it (tmux(1), allow-passthrough); GNU
    screen has no such way, there only the bell is left.
    """
    ring = BELL if bell else ""
    if desktop == "off" or "STY" in environment:
        return ring
    words = _plain(text)
    # The title first in OSC 9, too: "4;…" at its beginning would be the progress bar of some terminals.
    content = f"9;{_TITLE}: {words}" if desktop == "osc9" else f"777;notify;{_TITLE};{words}"
    sequence = f"\x1b]{content}\a"
    if "TMUX" in environment:
        sequence = "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return ring + sequence


def _plain(text: str) -> str:
    """One short line in which nothing ends or divides a sequence."""
    words = "".join(char for char in clean_line(text) if char.isprintable() and char != "\ufffd")
    return cut(" ".join(words.replace(";", ",").split()), _LONGEST)


def is_quiet(hours: str, now: int, zone: tzinfo) -> bool:
    """Whether ``now`` (epoch ms) lies in ``22:00-07:00``, which may go over midnight; never for an empty text."""
    if not hours:
        return False
    begin, _dash, end = hours.partition("-")
    clock = datetime.fromtimestamp(now / 1000, zone).strftime("%H:%M")
    return begin <= clock < end if begin <= end else clock >= begin or clock < end
