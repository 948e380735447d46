"""A fault of ours on the screen: it is told, what was typed is kept, and no value of a variable is shown."""

from __future__ import annotations

from support.shop import Shop
from support.terminal import Terminal

from omni_tui.desk import drafts

_CODE = """
import sys
import omni_tui.screens.inbox.commands as commands

def broken(self):
    secret = "hunter" + "2hunter2"
    raise RuntimeError("a fault")

commands.Commands._help = broken
sys.argv = ["omni-tui"]
from omni_tui.__main__ import main
sys.exit(main())
"""


def test_a_fault_is_told_without_what_variables_held_and_the_draft_is_kept(three: Shop) -> None:
    terminal = Terminal(three, code=_CODE, size=(80, 24))
    terminal.until(b"eve")
    terminal.keys("r")
    terminal.until(b"REPLY")
    terminal.keys("half a word\x1b")
    terminal.until(b"Draft kept")
    terminal.keys("?")
    terminal.until(b"error it does not know: RuntimeError")
    terminal.ends()
    assert b"hunter2hunter2" not in terminal.seen and b"Traceback" not in terminal.seen
    assert [each.body for each in drafts.mine(three.store, three.agent)] == ["half a word"]
    terminal.close()
