"""Forwarding and writing first against real servers: Dovecot → engine → SMTP → somebody else's mailbox, and back."""

from __future__ import annotations

import email
import email.message
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from support import truth
from support.desk import agent_at
from support.dovecot import Dovecot
from support.engines import wait_until
from support.shops import EngineProcess, mail, mail_table, write_config
from support.smtp import SmtpServer

from omni_tui.desk import composing, forwarding, replies, thread
from omni_tui.model.commands import SentFile
from omni_tui.model.draft import DraftFields

PICTURE = b"\x89PNG" + bytes(range(256)) * 40


@pytest.fixture
def config(tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str) -> Path:
    return write_config(tmp_path / "config.toml", {"support": mail_table(dovecot, smtp, shop)})


def read(raw: bytes) -> EmailMessage:
    made = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    return made


def with_files(sender: str, to: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Lena <{sender}>", to, "Zerbrochen: Lampe"
    made["Message-ID"] = "<broken@example.test>"
    made.set_content("Sie ist zerbrochen.\r\nFrom here on it shines no more.\n")
    made.add_attachment(PICTURE, maintype="image", subtype="png", filename="Lampe 灯.png")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="invoice.pdf")
    return made.as_bytes()


def test_a_mail_is_passed_on_with_its_files_and_the_answer_comes_back(
    config: Path, path: Path, dovecot: Dovecot, shop: str, customer: str
) -> None:
    depot = f"depot-{customer}"
    dovecot.add_user(depot)
    with EngineProcess(config, path):
        dovecot.deliver(shop, with_files(customer, shop), sender=customer)
        (conversation,) = wait_until(truth.conversations, path)
        with agent_at(path) as (store, agent):
            (message,) = thread.open_thread(store, agent, conversation).messages
            forwarding.forward(store, agent, message.id, [depot], "Do you have another?")
        (raw,) = dovecot.wait_for_mails(depot, 1)
        passed = read(raw)
        assert (passed["To"], passed["Cc"], passed["In-Reply-To"], passed["References"]) == (depot, None, None, None)
        assert passed["Subject"].startswith("Fwd: Zerbrochen: Lampe [#")
        body = passed.get_body()
        assert body is not None
        text = str(body.get_content())
        assert text.index("Do you have another?") < text.index(f"From: Lena <{customer}>") < text.index("it shines")
        files = {part.get_filename(): part.get_payload(decode=True) for part in passed.iter_attachments()}
        assert files == {"Lampe 灯.png": PICTURE, "invoice.pdf": b"%PDF-1.7"}
        wait_until(lambda: truth.states(path) == ["sent"])

        back = mail(depot, shop, "Two are left.", key="d1@example.test", answers=str(passed["Message-ID"]))
        dovecot.deliver(shop, back, sender=depot)
        wait_until(lambda: any("Two are left." in text for text in truth.bodies(path)))
        assert truth.conversations(path) == [conversation]
        with agent_at(path) as (store, agent):
            found = thread.open_thread(store, agent, conversation)
            assert [each.address for each in found.reply_to] == [customer]
            replies.reply(store, agent, conversation, "A new one is on its way.")
        (raw,) = dovecot.wait_for_mails(customer, 1)
        answer = raw.decode()
        assert "Two are left" not in answer and depot not in answer
    assert len(dovecot.mails(depot)) == 1


def test_a_mail_to_somebody_new_arrives_and_the_answer_joins(
    config: Path, path: Path, dovecot: Dovecot, shop: str, customer: str
) -> None:
    with EngineProcess(config, path):
        wait_until(lambda: truth.health(path).get("support") == ("ok", ""))
        with agent_at(path) as (store, agent):
            fields = DraftFields(to=f"Ana <{customer}>", subject="Grüße\r\nBcc: eve@evil.test")
            queued = composing.compose(
                store, agent, fields, "It is ready.", files=[SentFile("a.txt", "text/plain", b"a")]
            )
        (raw,) = dovecot.wait_for_mails(customer, 1)
        sent = read(raw)
        assert (sent["Bcc"], sent["In-Reply-To"]) == (None, None)
        assert sent["Subject"].startswith("Grüße Bcc: eve@evil.test [#")
        assert [part.get_filename() for part in sent.iter_attachments()] == ["a.txt"]
        back = mail(customer, shop, "I come today.", key="a1@example.test", answers=str(sent["Message-ID"]))
        dovecot.deliver(shop, back, sender=customer)
        wait_until(lambda: any("I come today." in text for text in truth.bodies(path)))
        assert truth.conversations(path) == [queued.conversation_id]
