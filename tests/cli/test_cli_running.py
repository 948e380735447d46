"""``init``, ``backup``, the bare command, completion, and how every run ends."""

from __future__ import annotations

import builtins
import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.cli import run
from support.shop import Shop

from omni_tui import __version__
from omni_tui.__main__ import main as start
from omni_tui.cli import listing
from omni_tui.config.load import load_settings
from omni_tui.config.settings import Settings


def program(*arguments: str, **given: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "omni_tui", *arguments], capture_output=True, text=True, timeout=30, **given
    )


def test_init_makes_a_commented_configuration_and_a_private_store(home: Path) -> None:
    config, store = home / "config" / "omni-tui" / "config.toml", home / "data" / "omni-tui" / "omni.db"
    assert run("init", "--dry-run").code == 0
    assert not config.exists()
    assert not store.exists()
    assert run("init", "--json").json["made"] == {"config": True, "store": True}
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    assert load_settings(config) == Settings(file=config)
    assert config.read_text() == (Path(__file__).parents[2] / "config.example.toml").read_text()
    config.write_text("# mine\n")
    assert run("init", "--json").json["made"] == {"config": False, "store": False}
    assert config.read_text() == "# mine\n"


def test_init_where_it_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    ran = run("init", "--config", folder / "shop.toml", "--store", folder / "shop.db")
    assert ran.code == 0
    assert sorted(path.name for path in folder.iterdir() if path.suffix in (".toml", ".db")) == ["shop.db", "shop.toml"]


def test_init_where_nothing_can_be_written_is_one_sentence(tmp_path: Path) -> None:
    ran = run("init", "--config", "/proc/nowhere/config.toml", "--store", tmp_path / "omni.db")
    assert ran.code == 1
    assert ran.err.startswith("/proc/nowhere/config.toml cannot be written: ")
    assert not (tmp_path / "omni.db").exists()


def test_backup_is_a_whole_private_copy(three: Shop, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert run("backup", target, "--dry-run").code == 0
    assert not target.exists()
    assert run("backup", target).out == f"{target}\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with sqlite3.connect(target) as copy:
        assert copy.execute("SELECT count(*) FROM conversations").fetchone() == (3,)
    copy.close()
    document = run("backup", "--json").json
    assert document["bytes"] == Path(document["path"]).stat().st_size
    assert run("backup", target).code == 4
    assert run("backup", three.store.path).code == 4
    folder = tmp_path / "usb"
    folder.mkdir()
    assert Path(run("backup", folder).out.strip()).parent == folder


def test_without_a_store_the_next_step_is_named() -> None:
    ran = run("list")
    assert (ran.code, ran.out) == (3, "")
    assert "omni-tui init" in ran.err


def test_all_mistakes_of_the_configuration_at_once(home: Path) -> None:
    config = home / "wrong.toml"
    config.write_text('[agent]\nlogni = "x"\n[inbox]\nopen_dyas = 3\n[screen]\ntheme = "drak"\n')
    for verb in (["list"], ["doctor"], ["status"], ["init"], ["engine", "--once"], ["channel", "list"]):
        ran = run("--config", config, *verb)
        assert ran.code == 2, verb
        for words in (str(config), "agent.logni", "login", "inbox.open_dyas", "open_days", "screen.theme", "dark"):
            assert words in ran.out + ran.err, (verb, words)


def test_doctor_names_the_mistakes_of_every_table_and_goes_on(home: Path) -> None:
    run("init")
    config = home / "wrong.toml"
    config.write_text(
        '[agent]\nlogni = "x"\n[screen.keys]\nresovle = "e"\n[channels.Big]\nkind = "mail"\n'
        '[channels.a]\nkind = "mail"\naddress = "a@shop.example"\nimap_hots = "x"\n[channels.b]\nkind = "mial"\n'
    )
    document = run("--config", config, "doctor", "--json")
    assert document.code == 2
    findings = document.json["findings"]
    wrong = {each["name"].removeprefix(f"{config}: "): each["hint"] for each in findings if each["result"] == "failed"}
    hints = {"agent.logni": "login", "screen.keys.resovle": "resolve", "channels.a.imap_hots": "imap_host"}
    for key, near in {**hints, "channels.b.kind": "mail", "channels.Big": ""}.items():
        assert near in wrong[key]
    assert [each["result"] for each in findings if each["name"] == "store"] == ["ok"]
    config.write_text('[stroe]\npath = "elsewhere.db"\n')
    assert "store" not in {each["name"] for each in run("--config", config, "doctor", "--json").json["findings"]}


def test_a_configuration_that_is_named_must_be_there(home: Path) -> None:
    assert run("--config", home / "nowhere.toml", "list").code == 3


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["lst"], 2),
        (["list", "--vew", "x"], 2),
        (["list", "--limit", "none"], 2),
        (["show"], 2),
        (["channel", "ad"], 2),
        (["show", "99"], 3),
    ],
)
def test_errors_are_sentences_and_with_json_documents(desk: Shop, arguments: list[str], code: int) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err
    assert "Traceback" not in ran.err
    document = run(*arguments, "--json")
    assert document.code == code
    assert document.json["kind"] == "error"
    assert document.json["exit_code"] == code
    assert document.json["message"]


def test_hostile_arguments_do_not_reach_the_terminal(desk: Shop) -> None:
    for arguments in (["\x1b[2J"], ["list", "--view", "\x1b[2J"], ["show", "\x1b[2J"], ["list", "from:\x1b[2J:"]):
        ran = run(*arguments)
        assert "\x1b" not in ran.out + ran.err


def test_the_unexpected_is_one_sentence_and_a_log(desk: Shop, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_rows: object) -> None:
        password = "hunter2"
        raise RuntimeError("boom \x1b[2J", len(password))

    monkeypatch.setattr(listing, "print_rows", broken)
    ran = run("list")
    log = home / "data" / "omni-tui" / "error.log"
    assert (ran.code, ran.out) == (1, "")
    assert "Traceback" not in ran.err
    assert str(log) in ran.err
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "boom" in log.read_text()
    assert "\x1b" not in log.read_text()
    monkeypatch.setenv("OMNI_TUI_DEBUG", "1")
    assert "Traceback" in run("list").err


def test_a_reader_that_has_enough_is_no_error(three: Shop) -> None:
    for number in range(300):
        three.receive(f"someone{number}@example.com", "x" * 200, subject="y" * 400)
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "omni_tui", "list", "is:any", "--limit", "500"],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=30,
    )
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 141


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["show", "1001"], ["--version"]])
def test_output_that_cannot_be_written_is_one_sentence(three: Shop, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "omni_tui", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=30
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert ("No space left" in done.stderr) is (arguments != ["--version"])


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(three: Shop, closed: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -m omni_tui list {closed}', sys.executable], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.count("\n") == (0 if ">&-" in closed.replace("2>&-", "") else 3)


def test_bytes_that_are_no_text_are_refused_not_lost(three: Shop) -> None:
    for arguments in ([b"note", b"1001", b"a\xffb"], [b"tag", b"1001", b"-t", b"\xff"]):
        done = subprocess.run([sys.executable, "-m", "omni_tui", *arguments], capture_output=True, timeout=30)
        assert done.returncode == 2
        assert b"locale" in done.stderr
    ascii_only = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "omni_tui", "note", "1001", "退款"], capture_output=True, timeout=30, env=ascii_only
    )
    assert done.returncode == 2
    assert three.one("ref:1001").ref == 1001
    assert "note by" not in run("show", "1001").out


def test_text_that_the_terminal_cannot_show_is_no_error(desk: Shop) -> None:
    desk.receive("eve@example.com", "退款 é", subject="退款 é")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert program("list", env=environment).returncode == 0
    document = json.loads(program("list", "--json", env=environment).stdout)
    assert document["conversations"][0]["subject"] == "退款 é"


@pytest.mark.parametrize("arguments", [["list"], []])
def test_control_c_while_the_program_is_still_read_is_no_traceback(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = builtins.__import__

    def stopped(name: str, *more: Any) -> Any:
        if name in ("omni_tui.cli.main", "omni_tui.config.load"):
            raise KeyboardInterrupt
        return read(name, *more)

    monkeypatch.setattr(sys, "argv", ["omni-tui", *arguments])
    with monkeypatch.context() as patched:
        patched.setattr(builtins, "__import__", stopped)
        code = start()
    assert code == 130


def test_the_version_is_told() -> None:
    done = program("--version")
    assert (done.returncode, done.stdout) == (0, f"omni-tui {__version__}\n")


def test_the_inbox_needs_a_terminal(desk: Shop) -> None:
    for arguments in ((), ("--store", str(desk.store.path))):
        done = program(*arguments, stdin=subprocess.DEVNULL)
        assert (done.returncode, done.stdout) == (2, "")
        assert "omni-tui list" in done.stderr


def test_a_broken_configuration_stops_the_bare_command(home: Path) -> None:
    config = home / "wrong.toml"
    config.write_text("[agnet]\n")
    done = program(env={**os.environ, "OMNI_TUI_CONFIG": str(config)}, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "agent" in done.stderr


def test_a_shell_gets_its_completions() -> None:
    environment = {**os.environ, "_OMNI_TUI_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "omni-tui re"}
    done = program(env=environment)
    assert {"reply", "resolve", "reopen", "redo"} <= set(done.stdout.replace('"', " ").replace(":", " ").split())


def test_an_engine_without_the_channels_refuses(desk: Shop) -> None:
    done = program("engine", "--once", stdin=subprocess.DEVNULL)
    # The store has a channel that this configuration does not know: such an engine would serve nobody.
    assert done.returncode == 4
    assert "shop" in done.stderr


@pytest.mark.parametrize("address", ["postgresql://shop:s3cret@h/shop", "postgresql://h/shop?password=s3cret"])
def test_a_password_on_the_command_line_is_refused(home: Path, address: str) -> None:
    ran = run("list", "--store", address)
    assert ran.code == 2
    assert "password_file" in ran.err
    assert "s3cret" not in ran.out + ran.err
