"""``mail parse`` prints what the inbox would show of a raw mail."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.cli import run
from support.shop import Shop

from omni_tui.model.facts import Card, Facts, SenderWarning, Verdict

MAIL = """Authentication-Results: mx.shop.example; dmarc=fail header.from=bank.example; spf=pass
Authentication-Results: evil.example; dmarc=pass
From: "support@bank.example" <x@evil.example>
To: Shop <support@shop.example>
Subject: Refund
Date: Tue, 03 Nov 2026 10:00:00 +0100
Message-ID: <1@evil.example>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Hello \x1b[31m

On Tue, Nov 3, 2026 at 10:00 AM Shop <s@shop.example> wrote:
> Hi

-- 
Anna
--b
Content-Type: application/pdf; name=bill.pdf

%PDF
--b--
"""  # noqa: W291


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.eml"
    path.write_text(MAIL)
    return path


def test_as_a_document(letter: Path) -> None:
    mail = run("mail", "parse", letter, "--json", "--server", "mx.shop.example").json["mail"]
    assert mail["author"] == {"address": "x@evil.example", "name": "support@bank.example"}
    assert mail["visible"] == "Hello \x1b[31m"
    assert [part["kind"] for part in mail["parts"]] == ["text", "quote", "signature"]
    assert "\n".join(line for part in mail["parts"] for line in part["lines"]) == mail["text"]
    assert mail["attachments"] == [{"name": "bill.pdf", "mime": "application/pdf", "size": 4, "part": "2"}]
    assert mail["facts"]["verdict"] == {"server": "mx.shop.example", "dmarc": "fail", "dkim": "", "spf": "pass"}
    assert [claim["trusted"] for claim in mail["authentication"]] == [True, False]
    assert mail["facts"]["warnings"] == [{"kind": "name_is_address", "detail": "support@bank.example"}]


def test_in_words(letter: Path) -> None:
    shown = run("mail", "parse", letter).out
    assert "from: support@bank.example <x@evil.example>" in shown
    assert "mx.shop.example: dmarc fail, spf pass (not believed)" in shown
    assert "! the name shows another address" in shown
    assert "-- quoted\n    On Tue" in shown
    assert "+ bill.pdf (application/pdf, 4 B)" in shown
    assert "\x1b" not in shown


def test_the_channels_servers_are_believed(letter: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[channels.shop]\nkind = "mail"\naddress = "a@shop.example"\nimap_host = "imap.shop.example"\n')
    config.chmod(0o600)
    assert "dmarc fail, spf pass (believed)" in run("--config", config, "mail", "parse", letter).out


WITH_PICTURES = b"""From: Ana <ana@spy.example>
Subject: Look
List-Unsubscribe: <https://spy.example/leave>
Content-Type: text/html

<html><head><link rel=stylesheet href="https://spy.example/a.css"><base href="https://spy.example/"></head>
<body background="https://spy.example/b.png">Hello<img src="https://spy.example/pixel.gif?you" alt="a hat">
<iframe src="https://spy.example/frame"></iframe><style>@import url(https://spy.example/c.css)</style>
<a href="https://spy.example/track">here</a></body></html>
"""
ALONE = """
import os, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "subprocess.Popen"):
        os.write(2, event.encode())
        os._exit(99)

sys.addaudithook(refuse)
from omni_tui.__main__ import main
sys.exit(main())
"""


def test_nothing_is_fetched_to_show_a_mail(tmp_path: Path) -> None:
    letter = tmp_path / "letter.eml"
    letter.write_bytes(WITH_PICTURES)
    command = [sys.executable, "-c", ALONE, "mail", "parse", str(letter)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert shown.returncode == 0, shown.stderr
    assert "Hello" in shown.stdout and "a hat" in shown.stdout


def test_from_a_pipe(letter: Path) -> None:
    assert run("mail", "parse", "-", stdin=letter.read_bytes()).out == run("mail", "parse", letter).out


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    assert run("mail", "parse", tmp_path / "none.eml").code == 3
    assert run("mail", "parse", "-", stdin=b" \n").code == 2
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(100))
    ran = run("mail", "parse", "-", "--json", stdin=b"From: a@b.example\n" + nested)
    assert ran.json["mail"]["author"]["address"] == "a@b.example"
    assert "30 deep" in ran.json["mail"]["notice"]


def test_a_thread_tells_what_is_odd_about_a_mail(desk: Shop) -> None:
    facts = Facts(Verdict("mx.shop.example", dmarc="fail"), (SenderWarning("domain_foreign", "xn--bcher-kva.example"),))
    desk.receive("anna@example.com", facts=replace(facts, cards=(Card("Anna"),)))
    shown = run("show", desk.one().ref).out
    assert "   ! dmarc fail\n   ! the domain's real name is xn--bcher-kva.example\n" in shown
    assert "   = card: Anna\n" in shown
