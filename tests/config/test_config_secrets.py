"""Passwords: where they come from, and that they show up nowhere."""

from __future__ import annotations

import logging
import shlex
import sys
from pathlib import Path

import pytest

from omni_tui.config import secrets
from omni_tui.config.secrets import Secret, read_secret
from omni_tui.model.errors import Permanent

PASSWORD = "s3cret word"


def command(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\nnotes\n")
    file.chmod(0o600)
    return file


def refusal(table: dict[str, object]) -> Permanent:
    with pytest.raises(Permanent) as caught:
        read_secret("support", table)
    assert PASSWORD not in caught.value.message + caught.value.hint
    assert PASSWORD not in repr(caught.value.__cause__)
    return caught.value


def test_every_way_finds_it(secret_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    printing = command(f"print({PASSWORD!r}); print('notes')")
    assert read_secret("support", {"kind": "mail", "password_command": printing}) == PASSWORD
    assert read_secret("support", {"password_env": "SHOP_PASSWORD"}) == PASSWORD
    assert read_secret("support", {"password_file": str(secret_file)}) == PASSWORD
    assert read_secret("support", {"password": PASSWORD}) == PASSWORD


def test_it_does_not_show_in_reprs_and_logs(caplog: pytest.LogCaptureFixture) -> None:
    secret = read_secret("support", {"password": PASSWORD})
    assert repr(secret) == "'***'"
    assert repr({"password": secret}) == "{'password': '***'}"
    logging.getLogger("omni_tui.test").warning("settings %r", (secret,))
    assert PASSWORD not in caplog.text
    # Libraries that format it for the server still get the real one.
    assert f"{secret}" == str(secret) == PASSWORD
    assert isinstance(secret, Secret)


def test_the_command_runs_without_a_shell(tmp_path: Path) -> None:
    read = read_secret("support", {"password_command": f"echo $HOME; touch {tmp_path}/made"})
    assert read.startswith("$HOME; touch")
    assert not (tmp_path / "made").exists()


def test_the_command_gets_no_input() -> None:
    reading = command("import sys; print(repr(sys.stdin.read()))")
    assert read_secret("support", {"password_command": reading}) == "''"


def test_a_failing_command_is_named_without_its_words() -> None:
    failing = command(f"import sys; print({PASSWORD!r}); sys.stderr.write({PASSWORD!r}); sys.exit(3)")
    error = refusal({"password_command": failing})
    assert "exit code 3" in error.message
    assert "support" in error.message
    assert error.hint


def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COMMAND_TIMEOUT_S", 0.2)
    hanging = command(f"import time; print({PASSWORD!r}, flush=True); time.sleep(30)")
    assert "did not end" in refusal({"password_command": hanging}).message


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"password_command": "no-such-program-here x"}, "not installed"),
        ({"password_command": "echo 'open"}, "unbalanced"),
        ({"password_command": "true"}, "empty"),
        ({"password_env": "OMNI_TUI_NOT_SET"}, "is not set"),
        ({"password_file": "relative/path"}, "absolute"),
        ({"password_file": "/nowhere/at/all"}, "cannot be read"),
        ({"password": "a", "password_env": "B"}, "several"),
    ],
)
def test_each_failure_in_words(table: dict[str, object], words: str) -> None:
    assert words in refusal(table).message


def test_a_file_that_others_can_read_is_refused(secret_file: Path) -> None:
    for mode in (0o640, 0o604, 0o644):
        secret_file.chmod(mode)
        error = refusal({"password_file": str(secret_file)})
        assert "Others can read" in error.message
        assert error.hint == f"Run: chmod 600 {secret_file}"


def test_without_any_way_the_ways_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # No keyring is installed, as on a plain server.
    monkeypatch.setitem(sys.modules, "keyring", None)
    for table in ({}, {"keyring": True}):
        assert "password_command" in refusal(table).hint
