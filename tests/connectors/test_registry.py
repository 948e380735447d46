"""Kinds of channel: found by name, refused with the nearest spelling, loaded late."""

from __future__ import annotations

import subprocess
import sys

import pytest

from omni_tui.connectors import registry
from omni_tui.connectors.base import ConnectorKind
from omni_tui.connectors.mail.presets import password_hint, preset_for, saves_sent_itself
from omni_tui.connectors.mail.settings import MailSettings, is_loopback
from omni_tui.model.errors import NotFound


def test_mail_is_known() -> None:
    kind = registry.kind("mail")
    assert isinstance(kind, ConnectorKind) and kind.settings is MailSettings and "mail" in registry.kinds()
    settings = MailSettings(address="a@b.test", imap_host="i", smtp_host="s")
    assert kind.address(settings) == "a@b.test"
    assert kind.open("support", settings, lambda: "x").streams() == ("INBOX", "Sent")


def test_a_mistyped_kind_names_the_nearest() -> None:
    with pytest.raises(NotFound) as caught:
        registry.kind("mial")
    assert "mial" in caught.value.message and "mail" in caught.value.hint
    with pytest.raises(NotFound, match="carrier pigeon"):
        registry.kind("carrier pigeon")


def test_knowing_a_kind_loads_neither_library() -> None:
    code = "import sys; from omni_tui.connectors.registry import kind; kind('mail'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    heavy = {"imapclient", "imaplib", "smtplib", "email", "ssl", "textual", "rich"}
    assert heavy & set(loaded) == set()


def test_presets() -> None:
    assert preset_for("shop@GMail.com")["imap_host"] == "imap.gmail.com"
    assert preset_for("shop@example.test") == {}
    for domain in ("outlook.com", "icloud.com", "fastmail.com", "yahoo.com", "gmx.de", "web.de", "qq.com", "163.com"):
        preset = preset_for(f"shop@{domain}")
        MailSettings(address=f"shop@{domain}", **preset)
        assert password_hint(preset["imap_host"])
    assert saves_sent_itself("smtp.gmail.com") and not saves_sent_itself("smtp.gmail.com.example.test")
    assert saves_sent_itself(preset_for("me@hotmail.com")["smtp_host"]) and not saves_sent_itself(
        "smtp-relay.gmail.com"
    )


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("127.9.9.9", True),
        ("localhost.example.test", False),
        ("10.0.0.1", False),
    ],
)
def test_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local
