"""Two agents in two terminals on one store: each sees what the other does, and whoever comes second is told."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shop import MINUTE, Shop
from support.shops import process_environment
from support.tmux import Terminal, environment

from omni_tui.desk import thread
from omni_tui.model.address import Address
from omni_tui.model.enums import Direction, Status

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    now = made.now()
    made.receive(Address("ben@carver.example", "Ben Carver"), "The zip came off", receipt_at=now - 300 * MINUTE)
    made.receive(Address("chen@example.cn", "陈思远"), "帐篷杆断了", receipt_at=now - 90 * MINUTE)
    made.receive(Address("lena@post.example", "Lena Hoffmann"), "Still nothing", receipt_at=now - 5 * MINUTE)
    yield made
    made.store.close()


@pytest.fixture
def windows(shop: Shop, tmp_path: Path) -> Iterator[tuple[Terminal, Terminal]]:
    """Ana's terminal and Bo's."""

    def terminal(login: str, name: str) -> Terminal:
        code = f"from support.inbox_at import main; main({str(shop.folder)!r}, {login!r}, {name!r})"
        around = {**environment(tmp_path), "PYTHONPATH": process_environment()["PYTHONPATH"]}
        return Terminal([sys.executable, "-c", code], around)

    with terminal("ana", "Ana") as ana, terminal("bo", "Bo") as bo:
        for window in (ana, bo):
            window.wait_for("Lena Hoffmann", "1 Inbox 3")
        yield ana, bo


def test_each_sees_the_others_work(shop: Shop, windows: tuple[Terminal, Terminal]) -> None:
    ana, bo = windows
    bo.press("t")
    ana.wait_for("bo", "3 Unassigned 2")
    ana.press("L")
    ana.wait_for("Tags")
    ana.type("退款")
    ana.press("Enter")
    bo.wait_for("退款")
    bo.press("m")
    bo.wait_for("NOTE")
    bo.type("Called her, 明天 again")
    bo.press("C-j")
    ana.wait_for("Called her, 明天 again")
    shop.receive(Address("mia@example.org", "Mia Wong"), "Do you ship to Oslo?")
    for window in windows:
        window.wait_for("Mia Wong", "1 Inbox 4")
    ana.press("G", "e")
    bo.wait_for("1 Inbox 3", gone="Ben Carver")
    ana.press("z")
    bo.wait_for("1 Inbox 4", "Ben Carver")
    row = shop.one("from:lena")
    assert (row.assignee, row.tags) == ("bo", ("退款",))
    assert shop.one("from:ben").status is Status.OPEN


def test_a_shared_view_is_in_the_others_window_and_its_count_follows(
    shop: Shop, windows: tuple[Terminal, Terminal]
) -> None:
    ana, bo = windows
    ana.press("/")
    ana.type("帐篷")
    ana.wait_for("1 conversation", gone="Ben Carver")
    ana.press("F2")
    ana.wait_for("Save as")
    ana.type("帐篷")
    ana.press("Enter")
    ana.wait_for("6 帐篷 1")
    ana.press("V", "p")
    bo.wait_for("6 帐篷 1")
    bo.press("g", "6")
    bo.wait_for("陈思远", gone="Ben Carver")
    shop.receive("new@example.cn", "还有一个帐篷")
    for window in windows:
        window.wait_for("6 帐篷 2", "new@example.cn")


def test_of_two_answers_at_once_the_second_is_held_until_the_first_was_read(
    shop: Shop, windows: tuple[Terminal, Terminal]
) -> None:
    ana, bo = windows
    for window in windows:
        window.press("r")
        window.wait_for("REPLY")
        window.type("It leaves today")
        window.wait_for("It leaves today")
    bo.press("C-j")
    bo.wait_for("Reply leaves")
    ana.press("C-j")
    ana.wait_for("bo wrote while you were writing")
    row = shop.one("from:lena")
    messages = thread.open_thread(shop.store, shop.agent, row.id).messages
    assert [m.agent for m in messages if m.direction is Direction.OUTBOUND] == ["bo"]


def test_of_two_who_press_the_same_key_at_once_somebody_is_told(shop: Shop, windows: tuple[Terminal, Terminal]) -> None:
    """Whoever comes second was first told who has it, or is told what they took: never neither."""
    ana, bo = windows
    ana.press("t")
    bo.press("t")
    for window in windows:
        window.wait_for("2", "Unassigned 2")
    screens = ana.screen() + bo.screen()
    assert " took #" in screens or "'s." in screens
    assert shop.one("from:lena").assignee in ("ana", "bo")
