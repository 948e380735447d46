"""The line mode in a terminal of 40 columns that can do nothing: pages, Chinese, ^C and a line that is cut."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shop import MINUTE, Shop
from support.terminal import Terminal

from omni_tui.desk import drafts
from omni_tui.model.address import Address
from omni_tui.text.cells import width

_CODE = "import sys; sys.argv = ['omni-tui', *{arguments!r}]; from omni_tui.__main__ import main; sys.exit(main())"


@pytest.fixture
def shop(desk: Shop) -> Shop:
    long = "\n".join(f"第{n}行：帐篷杆断了一节，请问可以寄一根新的吗？谢谢你们的帮助。" for n in range(30))
    desk.receive(
        Address("chen@example.cn", "陈思远"), long, subject="帐篷杆断了一节", receipt_at=desk.now() - 90 * MINUTE
    )
    return desk


@pytest.fixture
def terminal(shop: Shop) -> Iterator[Terminal]:
    found = Terminal(shop, {"TERM": "vt100"}, code=_CODE.format(arguments=["--plain"]), size=(40, 12))
    yield found
    found.close()


def said(terminal: Terminal) -> list[str]:
    """The lines so far. Whatever moves a cursor or sets a colour ends the test."""
    text = terminal.seen.decode()
    assert not set(text) & ({chr(n) for n in range(32)} - set("\r\n") | {chr(n) for n in range(0x7F, 0xA0)}), text
    return text.replace("\r\n", "\n").split("\n")


def test_pages_and_chinese_fit_forty_columns(terminal: Terminal) -> None:
    terminal.until(b"Inbox>")
    terminal.keys("1\n")
    terminal.until(b"more lines: Enter)\r\n#1001> ")
    first = len(said(terminal))
    assert first < 24
    for _n in range(20):
        before = len(terminal.seen)
        terminal.keys("\n")
        terminal.until_match(re.compile(b"#1001> $"), before)
        if b"more lines" not in terminal.seen[before:]:
            break
    lines = said(terminal)
    assert "第29行" in "".join(lines)
    assert [line for line in lines if width(line) > 40] == []
    terminal.keys("q\nq\n")
    terminal.ends()


def test_interrupting_keeps_the_draft_and_the_program(terminal: Terminal, shop: Shop) -> None:
    terminal.until(b"Inbox>")
    terminal.keys("r 1\n")
    terminal.until(b".? lists")
    terminal.keys("好的，马上寄\n.p\n")
    # Interrupting makes the terminal forget what was typed and not read yet.
    terminal.until("    好的，马上寄".encode())
    terminal.keys("half a li")
    terminal.interrupt(b"Draft kept.")
    terminal.until(b"q leaves.")
    assert drafts.mine(shop.store, shop.agent)[0].body == "好的，马上寄"
    terminal.keys("q\nq\n")
    terminal.ends()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_what_was_typed_outlives_a_line_that_is_cut(terminal: Terminal, shop: Shop, number: signal.Signals) -> None:
    terminal.until(b"Inbox>")
    terminal.keys("m 1\n")
    terminal.until(b".? lists")
    terminal.keys("She called.\nAgain.\n.p\n")
    terminal.until(b"    Again.")
    os.kill(terminal.pid, number)
    terminal.ends()
    assert drafts.mine(shop.store, shop.agent)[0].body == "She called.\nAgain."
    said(terminal)


def test_the_users_own_editor_writes_the_text(shop: Shop, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "written \\033[31melsewhere\\n" >> "$1"\n')
    editor.chmod(0o755)
    terminal = Terminal(shop, {"TERM": "dumb", "EDITOR": str(editor)}, code=_CODE.format(arguments=["--plain"]))
    terminal.until(b"Inbox>")
    terminal.keys("m 1\nbegun here\n.e\n")
    terminal.until(b".p reads it out")
    terminal.keys(".p\n.q\nq\nq\n")
    terminal.ends()
    said(terminal)
    assert drafts.mine(shop.store, shop.agent)[0].body == "begun here\nwritten \ufffd[31melsewhere"
    terminal.close()


def test_a_dumb_terminal_gets_lines_without_being_asked(shop: Shop) -> None:
    terminal = Terminal(shop, {"TERM": "dumb"}, code=_CODE.format(arguments=[]))
    terminal.until(b"Inbox>")
    terminal.keys("q\n")
    terminal.ends()
    assert "line mode" in said(terminal)[0]
    terminal.close()
