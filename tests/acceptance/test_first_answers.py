"""The whole promise at once: mail arrives in the inbox on a real terminal, is answered from there and from the command
line, and both answers reach the customer's own mailbox, threaded, exactly once."""

from __future__ import annotations

import email
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support import truth
from support.dovecot import Dovecot
from support.engines import wait_until
from support.shops import mail, mail_table, write_config
from support.smtp import SmtpServer
from support.tmux import Terminal, environment, inbox_command


@pytest.fixture
def home(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.fixture
def config(home: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str) -> Path:
    path = write_config(home / "config.toml", {"support": mail_table(dovecot, smtp, shop)})
    path.write_text(path.read_text() + "[inbox]\nundo_send_s = 1\n")
    return path


@pytest.fixture
def store(home: Path) -> Path:
    return home / "data" / "omni.db"


@pytest.fixture
def inbox(home: Path, config: Path, store: Path) -> Iterator[Terminal]:
    with Terminal(inbox_command(config, store), environment(home)) as terminal:
        yield terminal
        for process in psutil.process_iter(["cmdline"]):
            if str(store) in (process.info["cmdline"] or []):
                process.kill()


def omni_tui(home: Path, config: Path, store: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*inbox_command(config, store), *words]
    return subprocess.run(command, env=environment(home), capture_output=True, text=True, timeout=60, check=False)


def test_answers_from_the_screen_and_the_command_line_arrive_threaded_once(
    inbox: Terminal, home: Path, config: Path, store: Path, dovecot: Dovecot, shop: str, customer: str
) -> None:
    # What is there when a channel is first synced is history; this question comes after it.
    wait_until(lambda: truth.health(store).get("support") == ("ok", ""))
    question = mail(f"Lena <{customer}>", shop, "Where is my parcel?", subject="Order 4417", key="q1@example.test")
    dovecot.deliver(shop, question, sender=customer)
    inbox.wait_for("Lena", "Order 4417")

    # Typed ahead, as somebody does who knows the keys.
    inbox.press("Enter", "r")
    inbox.type("您好，包裹今天寄出。It leaves today.")
    inbox.wait_for("REPLY", customer, "It leaves today.")
    inbox.press("C-j")
    (raw,) = dovecot.wait_for_mails(customer, 1)
    first = email.message_from_bytes(raw)
    body = first.get_payload(decode=True)
    assert isinstance(body, bytes) and "您好，包裹今天寄出。It leaves today." in body.decode()
    assert first["In-Reply-To"] == "<q1@example.test>"
    assert "<q1@example.test>" in first["References"]
    (ref,) = truth.rows(store, "SELECT ref FROM conversations")[0]
    assert f"[#{ref}]" in str(email.header.make_header(email.header.decode_header(first["Subject"])))

    back = mail(
        f"Lena <{customer}>", shop, "Thank you so much", answers=str(first["Message-ID"]), key="q2@example.test"
    )
    dovecot.deliver(shop, back, sender=customer)
    inbox.wait_for("Thank you so much")
    assert len(truth.conversations(store)) == 1

    done = omni_tui(home, config, store, "reply", str(ref), "You are welcome.", "--wait")
    assert done.returncode == 0, done.stderr
    second = email.message_from_bytes(dovecot.wait_for_mails(customer, 2)[1])
    assert second["In-Reply-To"] == "<q2@example.test>"
    assert str(first["Message-ID"]) in second["References"]
    wait_until(lambda: truth.states(store) == ["sent", "sent"])
    inbox.press("C-q")
    inbox.wait_for("ended with 0")
    assert len(dovecot.mails(customer)) == 2


def test_kill_9_of_the_inbox_in_the_undo_window_sends_once(
    home: Path, config: Path, store: Path, dovecot: Dovecot, shop: str, customer: str
) -> None:
    config.write_text(config.read_text().replace("undo_send_s = 1", "undo_send_s = 3"))
    with Terminal(inbox_command(config, store), environment(home), columns=80, rows=24) as terminal:
        wait_until(lambda: truth.health(store).get("support") == ("ok", ""))
        dovecot.deliver(shop, mail(customer, shop, "Where is it?"), sender=customer)
        terminal.wait_for("A question")
        terminal.press("Enter")
        terminal.wait_for("Where is it?")
        terminal.press("r")
        terminal.wait_for("REPLY")
        terminal.type("In its window.")
        terminal.wait_for("In its window.")
        terminal.press("C-j")
        wait_until(lambda: truth.states(store) == ["queued"])
        os.kill(terminal.pid(), signal.SIGKILL)
        wait_until(lambda: truth.states(store) == ["sent"])
    (raw,) = dovecot.mails(customer)
    assert b"In its window." in raw


def test_the_servers_end_is_told_in_words_and_mended_by_itself(
    home: Path, own_dovecot: Dovecot, smtp: SmtpServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own_dovecot.add_user("shop@shop.test")
    own_dovecot.add_user("lena@post.test")
    config = write_config(home / "config.toml", {"support": mail_table(own_dovecot, smtp, "shop@shop.test")})
    store = home / "data" / "omni.db"
    with Terminal(inbox_command(config, store), environment(home)) as terminal:
        terminal.wait_for("Inbox")
        wait_until(lambda: truth.health(store).get("support") == ("ok", ""))
        own_dovecot.kill()
        terminal.wait_for("support failing")
        own_dovecot.start()
        own_dovecot.deliver("shop@shop.test", mail("lena@post.test", "shop@shop.test", "Back again"))
        terminal.wait_for("Back again", gone="support failing")
        terminal.press("C-q")
        terminal.wait_for("ended with 0")
