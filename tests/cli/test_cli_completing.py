"""What Tab offers, and that nothing a customer writes reaches the shell that evaluates it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.cli import run
from support.shop import Shop

EVIL = "a\"b'c$(touch pwned)`touch pwned`;\\e[2J|&<>*?~\u202e\x1b]0;x\x07 退款"


def complete(line: str, shell: str = "bash") -> str:
    """The answer to Tab at the end of ``line``."""
    words = line.split(" ")
    asked = {
        "_OMNI_TUI_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "omni_tui"], capture_output=True, text=True, timeout=30, env={**os.environ, **asked}
    )
    assert done.stderr == ""
    return done.stdout


def test_values_are_offered(three: Shop, home: Path) -> None:
    run("tag", "1001", "--tag", "refund")
    run("channel", "add", "support", "--address", "me@gmail.com", "--password-env", "X", "--untested")
    assert complete("omni-tui show 10").split() == ["1003", "1002", "1001"]
    assert complete("omni-tui resolve 1001 ").split() == ["1003", "1002", "1001"]
    assert complete("omni-tui untag 1001 --tag re").split() == ["refund"]
    assert complete("omni-tui assign 1001 --to ").split() == ["ana", "bo"]
    assert complete("omni-tui --as b").split() == ["bo"]
    assert complete("omni-tui list --view m").split() == ["mine"]
    assert complete("omni-tui channel test ").split() == ["support"]
    assert complete("omni-tui outbox retry ").strip() == ""
    run("reply", "1002", "Hello")
    assert complete("omni-tui outbox cancel ").split() == ["1002"]


def test_the_store_named_on_the_line_is_asked(three: Shop, tmp_path: Path) -> None:
    run("init", "--store", tmp_path / "other" / "omni.db")
    assert complete(f"omni-tui --store {tmp_path}/other/omni.db show ").strip() == ""
    assert complete(f"omni-tui --store {tmp_path}/nowhere.db show ").strip() == ""
    assert not (tmp_path / "nowhere.db").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_outside_text_is_made_of_letters_before_a_shell_evaluates_it(desk: Shop, shell: str) -> None:
    desk.receive("eve@example.com", "x", subject=EVIL)
    with desk.store.write() as tx:
        # No login of today's making: something else may have written to the store.
        tx.run("insert_agent", id="eve", login=EVIL, name="Eve", now=tx.now)
    for line in ("omni-tui show ", "omni-tui assign 1001 --to "):
        answer = complete(line, shell).replace("_arguments '*: :((", "").replace("))'", "")
        assert not set(answer) & set("$`;\\|&<>*?~'()\x1b\x07\u202e"), answer
    assert ("退款" in complete("omni-tui show ", shell)) is (shell != "bash")
