"""From an empty machine to an answered mail, by the command line alone, against real servers."""

from __future__ import annotations

import json
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from support.cli import run
from support.dovecot import Dovecot
from support.smtp import SmtpServer

from omni_tui.config.write import write_private


def engine_round() -> int:
    done = subprocess.run(
        [sys.executable, "-m", "omni_tui", "engine", "--once"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done.returncode


@pytest.fixture
def connected(dovecot: Dovecot, smtp: SmtpServer, shop: str, tmp_path: Path) -> str:
    password = tmp_path / "password"
    write_private(password, "secret\n")
    run("init")
    ran = run(
        *("channel", "add", "support", "--address", shop, "--ca-file", dovecot.cert, "--password-file", password),
        *("--imap-host", "localhost", "--imap-port", dovecot.imaps_port, "--imap-tls", "tls"),
        *("--smtp-host", "localhost", "--smtp-port", smtp.port, "--smtp-tls", "starttls"),
    )
    assert ran.code == 0, ran
    return shop


def test_a_mail_arrives_and_is_answered_once_in_its_thread(dovecot: Dovecot, connected: str, customer: str) -> None:
    dovecot.deliver(
        connected,
        f"From: Eve <{customer}>\r\nTo: {connected}\r\nMessage-ID: <first@example.test>\r\n"
        "Subject: Where is it?\r\n\r\nMy parcel is late.\r\n".encode(),
        customer,
    )
    assert engine_round() == 0
    (row,) = run("list", "--json").json["conversations"]
    assert (row["subject"], row["address"], row["status"]) == ("Where is it?", customer, "open")
    assert run("show", row["ref"], "--source").out.splitlines()[-1] == "My parcel is late."
    stored = run("reply", row["ref"], "It left today.")
    assert stored.code == 0
    assert "omni-tui engine" in stored.err
    assert engine_round() == 0
    assert engine_round() == 0
    (raw,) = dovecot.wait_for_mails(customer, 1)
    answer = message_from_bytes(raw)
    assert answer["In-Reply-To"] == "<first@example.test>"
    assert "It left today." in str(answer.get_payload())
    assert run("outbox", "list", "--json").json["outbox"] == []
    thread = run("show", row["ref"], "--json").json["thread"]
    assert [message["direction"] for message in thread["messages"]] == ["inbound", "outbound"]


def test_a_channel_that_cannot_be_reached_ends_the_round_with_5(connected: str, tmp_path: Path) -> None:
    write_private(tmp_path / "password", "no longer right\n")
    assert engine_round() == 5
    (channel,) = run("status", "--json").json["channels"]
    assert channel["health"] == "failing"
    assert channel["error"]
    assert run("doctor").code == 5


def test_a_round_tells_as_a_document_what_it_did(dovecot: Dovecot, connected: str, customer: str) -> None:
    def told() -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "omni_tui", "engine", "--once", "--json"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        assert (found["version"], found["kind"], found["ok"]) == (1, "round", done.returncode == 0), done
        assert set(found) == {"version", "kind", "ok", "error", "hint", "channels"}
        return found

    head = f"From: Eve <{customer}>\r\nTo: {connected}\r\nMessage-ID: <%s@example.test>\r\n\r\nHello\r\n"
    dovecot.deliver(connected, (head % "first").encode(), customer)
    (channel,) = told()["channels"]
    inbox = next(each for each in channel["streams"] if each["stream"].endswith("INBOX"))
    assert (channel["name"], channel["ok"]) == ("support", True)
    assert inbox == {"stream": inbox["stream"], "new": 1, "duplicate": 0, "failed": 0, "error": "", "hint": ""}
    run("reply", "1001", "It left today.")
    (channel,) = told()["channels"]
    assert channel["outbox"] == {"sent": 1, "put_off": 0, "refused": 0, "uncertain": 0, "error": "", "hint": ""}
    assert sum(each["new"] for each in channel["streams"]) == 0


def test_a_round_that_fails_tells_why_in_its_document(connected: str, tmp_path: Path) -> None:
    write_private(tmp_path / "password", "no longer right\n")
    done = subprocess.run(
        [sys.executable, "-m", "omni_tui", "engine", "--once", "--json"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 5
    found = json.loads(done.stdout)
    (channel,) = found["channels"]
    (shown,) = run("status", "--json").json["channels"]
    assert (found["ok"], channel["ok"]) == (False, False)
    assert {f"{each['error']} {each['hint']}".strip() for each in channel["streams"] if each["error"]} == {
        shown["error"]
    }
