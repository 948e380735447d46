"""An import killed anywhere goes on where it stopped: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from support import truth
from support.mail_files import letter, maildir, mboxrd
from support.shops import process_environment

MAILS = 900
COUNT = "SELECT count(*) FROM messages"


def importing(path: Path, *mail: Path) -> subprocess.Popen[bytes]:
    """The command as a process of its own."""
    words = ["import-mail", *map(str, mail), "--channel", "old", "--address", "shop@shop.example"]
    return subprocess.Popen(
        [sys.executable, "-m", "omni_tui", "--store", str(path), *words],
        env={**process_environment(), "OMNI_TUI_CONFIG": str(path.with_name("none.toml"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Whoever started the tests in the background has Ctrl-C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def stored(path: Path) -> int:
    found = truth.rows(path, COUNT)
    return int(found[0][0]) if found else 0


@pytest.mark.parametrize("kills", [3, pytest.param(25, marks=pytest.mark.long)])
def test_kill_9_in_the_middle_of_an_import(kills: int, tmp_path: Path) -> None:
    chance = random.Random(kills)
    tmp_path.chmod(0o700)
    path, file = tmp_path / "omni.db", tmp_path / "old.mbox"
    half = MAILS // 2
    mails = [letter(n, f"Word for word {n}.", sender=f"c{n % 200}@post.example") for n in range(MAILS)]
    file.write_bytes(mboxrd(mails[:half]))
    folder = maildir(tmp_path / "Maildir", [(mail, "S") for mail in mails[half:]])
    in_the_middle = 0
    for kill in range(kills):
        had = stored(path)
        process = importing(path, file, folder)
        until = time.monotonic() + 30
        while stored(path) <= had + kill % 3 * 40 and process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.03))
        helpers = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        _gone, alive = psutil.wait_procs(helpers, timeout=30)
        assert not alive, "the process that reads outlived the one that stores"
        assert truth.sound(path)
        in_the_middle += stored(path) < MAILS
        got = truth.bodies(path)
        assert len(got) == len(set(got)), "doubled"
    assert in_the_middle >= 2, "the kills came too late to prove anything"
    out, err = importing(path, file, folder).communicate(timeout=120)
    assert b"Traceback" not in err, err
    assert truth.bodies(path) == sorted(f"Word for word {n}." for n in range(MAILS)), out
    assert truth.rows(path, "SELECT count(*) FROM customers") == [(200,)]
    assert truth.rows(path, "SELECT max(seq) = count(*) FROM changes") == [(1,)]
    assert truth.sound(path)


def test_control_c_while_its_helpers_start_says_nothing_of_them(tmp_path: Path) -> None:
    """A terminal sends it to all of them: what begins to run must not answer with a traceback."""
    tmp_path.chmod(0o700)
    path, file = tmp_path / "omni.db", tmp_path / "old.mbox"
    file.write_bytes(mboxrd(letter(n) for n in range(3_000)))
    process = importing(path, file)
    reader: list[psutil.Process] = []
    until = time.monotonic() + 30
    while not reader and time.monotonic() < until and process.poll() is None:
        helpers = psutil.Process(process.pid).children()
        reader = [each for each in helpers if any("spawn_main" in word for word in each.cmdline())]
    reader[0].send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err, err.decode()


def test_stopped_by_control_c_it_says_how_to_go_on(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    path, file = tmp_path / "omni.db", tmp_path / "old.mbox"
    file.write_bytes(mboxrd(letter(n) for n in range(3_000)))
    process = importing(path, file)
    until = time.monotonic() + 30
    while not stored(path) and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    _out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"again" in err and b"Traceback" not in err
    assert 0 < stored(path) < 3_000
