"""The inbox in tmux: typing, sending, resizing, as over any terminal multiplexer."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shop import Shop
from support.shops import TESTS

from omni_tui.desk import thread as desk_thread
from omni_tui.model.enums import Direction

HANG_S = 30.0
pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")


class Tmux:
    """A tmux server of its own with the inbox in it."""

    def __init__(self, shop: Shop, socket: Path) -> None:
        self._socket = socket
        code = f"from support.inbox_at import main; main({str(shop.folder)!r})"
        program = f'env LANG=C.UTF-8 COLORTERM=truecolor PYTHONPATH={TESTS}:{TESTS.parent} {sys.executable} -c "{code}"'
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "40", "-s", "t", program)

    def _tmux(self, *words: str) -> str:
        run = subprocess.run(
            ["tmux", "-u", "-S", str(self._socket), *words], capture_output=True, text=True, check=True
        )
        return run.stdout

    def keys(self, *keys: str) -> None:
        self._tmux("send-keys", "-t", "t", *keys)

    def text(self, words: str) -> None:
        self._tmux("send-keys", "-t", "t", "-l", words)

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-t", "t", "-x", str(columns), "-y", str(rows))

    def picture(self) -> str:
        return self._tmux("capture-pane", "-p", "-t", "t")

    def shows(self, words: str) -> None:
        deadline = time.monotonic() + HANG_S
        while words not in (picture := self.picture()):
            assert time.monotonic() < deadline, picture
            time.sleep(0.05)

    def end(self) -> None:
        self._tmux("kill-server")


@pytest.fixture
def tmux(shop: Shop, tmp_path: Path) -> Iterator[Tmux]:
    running = Tmux(shop, tmp_path / "tmux.sock")
    yield running
    running.end()


def test_a_reply_in_chinese_is_typed_and_queued(shop: Shop, tmux: Tmux) -> None:
    tmux.shows("Lena Hoffmann")
    tmux.keys("j")
    tmux.shows("帐篷杆断了")
    tmux.keys("r")
    tmux.shows("REPLY")
    tmux.text("您好，已经寄出")
    tmux.shows("您好，已经寄出")
    tmux.resize(80, 24)
    tmux.shows("q Inbox")
    tmux.shows("您好，已经寄出")
    tmux.keys("C-j")
    tmux.shows("Reply leaves")
    row = next(row for row in shop.rows() if row.customer == "陈思远")
    messages = desk_thread.open_thread(shop.store, shop.agent, row.id).messages
    assert [m.text for m in messages if m.direction is Direction.OUTBOUND] == ["您好，已经寄出"]
