"""The inbox stands on the terminal before Textual is there, and what takes over paints the same."""

from __future__ import annotations

import os
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

import pyte
import pytest
from support.shop import MINUTE, Shop
from support.terminal import HANG_S, Terminal

from omni_tui.model.address import Address

PROGRAM = "import sys; from omni_tui.__main__ import main; sys.argv[1:] = []; sys.exit(main())"
TAKES_OVER = b"\x1b[?1004h"
"""The first thing only Textual's driver asks a terminal for."""
LIST_CELLS = {80: 80, 120: 46, 200: 60}


def surroundings(shop: Shop, **more: str) -> Mapping[str, str]:
    config = shop.folder / "c.toml"
    config.write_text('[agent]\nlogin = "ana"\nname = "Ana"\n[engine]\nautostart = false\n', "utf-8")
    # Somebody who was here before: the tour of the first time would stand over the last rows.
    data = shop.folder / "data" / "omni-tui"
    data.mkdir(parents=True, exist_ok=True)
    (data / "tour-done").touch()
    places = {"OMNI_TUI_STORE": str(shop.folder / "omni.db"), "OMNI_TUI_CONFIG": str(config)}
    return {**places, "XDG_DATA_HOME": str(data.parent), "COLORTERM": "truecolor", **more}


@pytest.fixture
def full_shop(shop: Shop) -> Shop:
    now = shop.now()
    for number in range(40):
        who = Address(f"p{number}@x.example", f"客户{number}" if number % 3 else f"Customer {number}")
        words = "Wo bleibt mein Päckchen? " * (number % 5)
        shop.receive(
            who, words or "Hi", subject=f"帐篷 {number}" * (number % 4), receipt_at=now - (400 + number) * MINUTE
        )
    return shop


def cells(octets: bytes, size: tuple[int, int]) -> list[list[tuple[str, str, str, bool]]]:
    """Each cell's sign, colours and weight after the terminal has read ``octets``."""
    screen = pyte.Screen(*size)
    pyte.ByteStream(screen).feed(octets)
    columns, rows = size
    return [
        [(c.data, c.fg if c.data.strip() else "", c.bg, c.bold) for c in (screen.buffer[y][x] for x in range(columns))]
        for y in range(rows)
    ]


@pytest.mark.parametrize("colour", [{}, {"NO_COLOR": "1"}], ids=["colour", "none"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_what_takes_over_paints_the_same_rows(full_shop: Shop, size: tuple[int, int], colour: dict[str, str]) -> None:
    terminal = Terminal(full_shop, surroundings(full_shop, **colour), code=PROGRAM, size=size)
    terminal.until(b"\x1b[?2004h")
    terminal.quiet()
    first, _, _ = terminal.seen.partition(TAKES_OVER)
    early, late = cells(first, size), cells(terminal.seen, size)
    across = LIST_CELLS[size[0]]
    pane = range(1, size[1] - 1)
    assert "Lena Hoffmann" in "".join(sign for sign, *_look in early[2 if across < size[0] else 1])
    assert [early[y][:across] for y in pane] == [late[y][:across] for y in pane]
    assert early[-1] == late[-1]
    terminal.keys("\x11")
    terminal.ends()
    terminal.close()


def test_textual_is_not_imported_for_it() -> None:
    code = "import sys, omni_tui.screens.first_picture; print([m for m in sys.modules if m.startswith('textual')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_keys_typed_at_the_first_picture_are_obeyed(full_shop: Shop) -> None:
    terminal = Terminal(full_shop, surroundings(full_shop), code=PROGRAM)
    terminal.until(b"Lena Hoffmann")
    assert TAKES_OVER not in terminal.seen
    terminal.keys("jj\r")
    terminal.until(b"The zip came off")
    terminal.keys("\x11")
    terminal.ends()
    terminal.close()


def test_the_terminal_gets_back_what_it_was(full_shop: Shop) -> None:
    terminal = Terminal(full_shop, surroundings(full_shop), code=PROGRAM)
    before = termios.tcgetattr(terminal.fd)
    assert before[3] & termios.ECHO
    terminal.until(b"Lena Hoffmann")
    assert not termios.tcgetattr(terminal.fd)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
    terminal.until(b"\x1b[?2004h")
    terminal.keys("\x11")
    terminal.until(b"\x1b[?1049l")
    terminal.ends()
    assert termios.tcgetattr(terminal.fd) == before
    terminal.close()


def test_ended_before_anything_took_over_the_terminal_is_left_too(shop: Shop) -> None:
    code = (
        "import os, signal\nfrom omni_tui.screens.terminal.begun import begin\n"
        "with begin('a picture'):\n    os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    terminal = Terminal(shop, code=code)
    before = termios.tcgetattr(terminal.fd)
    terminal.until(b"a picture")
    terminal.until(b"\x1b[?1049l")
    deadline = time.monotonic() + HANG_S
    while not (ended := os.waitpid(terminal.pid, os.WNOHANG))[0]:
        assert time.monotonic() < deadline
        terminal.read(0.05)
    assert os.waitstatus_to_exitcode(ended[1]) == 143
    assert termios.tcgetattr(terminal.fd) == before
    terminal.close()


def test_control_characters_are_no_more_let_through_than_by_the_screen(shop: Shop, tmp_path: Path) -> None:
    shop.receive(Address("x@x.example", "Eve"), "x", subject="a")
    with shop.store.write() as tx:
        tx.query("UPDATE conversations SET subject = :evil, snippet = :evil", {"evil": "\x1b]0;owned\x07\u202eabc"})
    terminal = Terminal(shop, surroundings(shop), code=PROGRAM)
    terminal.until(TAKES_OVER)
    assert b"\x1b]0;" not in terminal.seen
    assert "\u202e".encode() not in terminal.seen
    terminal.keys("\x11")
    terminal.ends()
    terminal.close()
