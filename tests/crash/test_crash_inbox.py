"""The inbox killed while a reply is in its undo window: its engine sends the reply, once, and ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support import truth
from support.dovecot import Dovecot
from support.engines import wait_until
from support.shops import mail, mail_table, process_environment, write_config
from support.smtp import SmtpServer


@pytest.fixture
def inbox(
    tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str
) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    """A process that stands for the inbox, its engine's process id, and the store; a reply is in its window."""
    dovecot.deliver(shop, mail(customer, shop, "Where is it?"), sender=customer)
    config = write_config(tmp_path / "config.toml", {"support": mail_table(dovecot, smtp, shop)})
    tmp_path.chmod(0o700)
    path = tmp_path / "omni.db"
    arguments = [str(config), str(path), "In its window.", "2000"]
    process = subprocess.Popen(
        [sys.executable, "-m", "support.inbox_main", *arguments], stdout=subprocess.PIPE, env=process_environment()
    )
    assert process.stdout is not None
    engine = int(process.stdout.readline() or b"0")
    try:
        assert engine
        yield process, engine, path
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        if engine and psutil.pid_exists(engine):
            os.kill(engine, signal.SIGKILL)


def test_kill_9_of_the_inbox_sends_what_is_in_its_window_once(
    inbox: tuple[subprocess.Popen[bytes], int, Path], dovecot: Dovecot, customer: str
) -> None:
    process, engine, path = inbox
    assert truth.states(path) == ["queued"]
    process.kill()
    process.wait()
    wait_until(lambda: not psutil.pid_exists(engine))
    assert truth.states(path) == ["sent"]
    (raw,) = dovecot.mails(customer)
    assert "In its window." in raw.decode()


def test_the_child_belongs_to_no_terminal(inbox: tuple[subprocess.Popen[bytes], int, Path]) -> None:
    process, engine, path = inbox
    assert os.getsid(engine) == engine
    assert os.getsid(engine) != os.getsid(process.pid)
    assert psutil.Process(engine).terminal() is None
    assert path.with_name("engine.log").stat().st_mode & 0o777 == 0o600
