"""The whole way against real servers: customer → Dovecot → engine → store → reply → SMTP → customer."""

from __future__ import annotations

import email
import email.message
from pathlib import Path

import pytest
from support import truth
from support.desk import answer_now
from support.dovecot import Dovecot
from support.engines import wait_until
from support.shops import EngineProcess, mail, mail_table, write_config
from support.smtp import SmtpServer


@pytest.fixture
def config(tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str) -> Path:
    return write_config(tmp_path / "config.toml", {"support": mail_table(dovecot, smtp, shop)})


def parsed(mails: list[bytes]) -> list[email.message.Message]:
    return [email.message_from_bytes(raw) for raw in mails]


def test_a_mail_is_answered_and_the_answer_to_that_joins(
    config: Path, path: Path, dovecot: Dovecot, shop: str, customer: str
) -> None:
    with EngineProcess(config, path):
        wait_until(lambda: truth.health(path).get("support") == ("ok", ""))
        dovecot.deliver(shop, mail(customer, shop, "Where is my parcel?", key="q1@example.test"), sender=customer)
        (conversation,) = wait_until(truth.conversations, path)
        assert truth.bodies(path) == ["Where is my parcel?"]

        answer_now(path, conversation, "It leaves today.")
        (raw,) = dovecot.wait_for_mails(customer, 1)
        reply = email.message_from_bytes(raw)
        assert reply["In-Reply-To"] == "<q1@example.test>"
        assert "<q1@example.test>" in reply["References"]
        assert "It leaves today." in raw.decode()
        wait_until(lambda: truth.states(path) == ["sent"])

        back = mail(customer, shop, "Thank you!", key="q2@example.test", answers=str(reply["Message-ID"]))
        dovecot.deliver(shop, back, sender=customer)
        wait_until(lambda: "Thank you!" in truth.bodies(path))
        assert truth.conversations(path) == [conversation]
        # Our own copy in Sent is the reply we have, not a second one.
        dovecot.wait_for_mails(shop, 1, folder="Sent")
        assert len(truth.bodies(path, "outbound")) == 1
    assert len(dovecot.mails(customer)) == 1


def test_a_wrong_password_is_told_while_the_other_channel_goes_on(
    tmp_path: Path, path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str
) -> None:
    dovecot.add_user(f"wrong-{shop}")
    config = write_config(
        tmp_path / "config.toml",
        {
            "broken": mail_table(dovecot, smtp, f"wrong-{shop}", password="guessed"),
            "sound": mail_table(dovecot, smtp, shop),
        },
    )
    with EngineProcess(config, path) as engine:
        wait_until(lambda: truth.health(path).get("broken", ("",))[0] == "failing")
        dovecot.deliver(shop, mail(customer, shop, "Anybody there?"), sender=customer)
        wait_until(lambda: truth.bodies(path) == ["Anybody there?"])
        wait_until(lambda: truth.health(path)["sound"] == ("ok", ""))
        said = truth.health(path)["broken"][1]
        assert said
        assert "Traceback" not in said
        engine.terminate()
        assert engine.wait() == 0
        log = engine.log.read_text()
    assert "guessed" not in log
    assert "Traceback" not in log
    assert "Anybody there?" not in log


def test_a_server_that_was_unplugged_is_followed_again(
    tmp_path: Path, path: Path, own_dovecot: Dovecot, smtp: SmtpServer
) -> None:
    own_dovecot.add_user("shop@shop.test")
    table = mail_table(own_dovecot, smtp, "shop@shop.test")
    config = write_config(tmp_path / "config.toml", {"support": table})
    with EngineProcess(config, path):
        own_dovecot.deliver("shop@shop.test", mail("ana@example.com", "shop@shop.test", "before"))
        wait_until(lambda: truth.bodies(path) == ["before"])
        own_dovecot.kill()
        wait_until(lambda: truth.health(path)["support"][0] == "failing")
        own_dovecot.start()
        own_dovecot.deliver("shop@shop.test", mail("ana@example.com", "shop@shop.test", "after"))
        wait_until(lambda: truth.bodies(path) == ["after", "before"])
        wait_until(lambda: truth.health(path)["support"] == ("ok", ""))


def test_an_answer_lost_after_the_text_is_uncertain_and_never_sent_twice(
    config: Path, path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str
) -> None:
    with EngineProcess(config, path):
        dovecot.deliver(shop, mail(customer, shop, "Where is it?"), sender=customer)
        (conversation,) = wait_until(truth.conversations, path)
        smtp.drop_after_data()
        answer_now(path, conversation, "Perhaps.")
        wait_until(lambda: truth.states(path) == ["uncertain"])
        answer_now(path, conversation, "Certainly.")
        wait_until(lambda: truth.states(path) == ["uncertain", "sent"])
    assert len(dovecot.mails(customer)) == 2


def test_one_round_ends_by_itself(
    config: Path, path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str
) -> None:
    dovecot.load_maildir(shop, [mail(customer, shop, f"mail {n}", key=f"{n}@x.test") for n in range(250)])
    with EngineProcess(config, path, "--once") as engine:
        assert engine.wait() == 0
    assert len(truth.bodies(path)) == 250
    smtp.users.pop(shop)
    answer_now(path, truth.conversations(path)[0], "refused at the door")
    with EngineProcess(config, path, "--once") as engine:
        assert engine.wait() == 5
    assert dovecot.mails(customer) == []
