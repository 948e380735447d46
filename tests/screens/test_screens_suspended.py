"""The terminal given away and taken back: suspended by C-z, and for the agent's own editor."""

from __future__ import annotations

from pathlib import Path

from support.shop import Shop
from support.terminal import Terminal

from omni_tui.desk import drafts

STOPPED = b"stopped: a line goes on"
_SHELL = """
import os, signal, sys
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = os.fork()
if job == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    from support.inbox_at import main
    main({folder!r})
    os._exit(0)
while os.WIFSTOPPED(os.waitpid(job, os.WUNTRACED)[1]):
    os.tcsetpgrp(0, os.getpgrp())
    print({stopped!r}, flush=True)
    sys.stdin.readline()
    os.tcsetpgrp(0, job)
    os.kill(job, signal.SIGCONT)
"""
"""What a shell with job control does for its jobs."""


def _again(terminal: Terminal, words: bytes) -> None:
    """Wait until the words come once more."""
    terminal.seen = b""
    terminal.until(words)


def test_what_was_suspended_is_painted_anew_and_takes_keys(shop: Shop) -> None:
    terminal = Terminal(shop, code=_SHELL.format(folder=str(shop.folder), stopped=STOPPED.decode()))
    terminal.until(b"Lena")
    for _twice in range(2):
        terminal.keys("\x1a")
        terminal.until(STOPPED)
        terminal.keys("\n")
        _again(terminal, b"Lena")
    terminal.keys("m")
    terminal.until(b"NOTE")
    terminal.keys("\x11")
    terminal.ends()
    terminal.close()


def test_where_nobody_could_wake_it_up_it_goes_on_and_says_so(shop: Shop) -> None:
    terminal = Terminal(shop)
    terminal.until(b"Lena")
    terminal.keys("\x1a")
    terminal.until(b"No shell started this")
    terminal.keys("\x11")
    terminal.ends()
    terminal.close()


def test_the_editor_has_the_terminal_and_gives_it_back(shop: Shop, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nprintf '你好 from the editor' > \"$1\"\n")
    editor.chmod(0o700)
    terminal = Terminal(shop, {"EDITOR": str(editor)})
    terminal.until(b"Lena")
    terminal.keys("m")
    terminal.until(b"NOTE")
    terminal.keys("\x0f")
    terminal.until(b"from the editor")
    terminal.keys("X")
    terminal.until(b"X")
    terminal.keys("\x11")
    terminal.ends()
    terminal.close()
    assert [draft.body for draft in drafts.mine(shop.store, shop.agent)] == ["你好 from the editorX"]
