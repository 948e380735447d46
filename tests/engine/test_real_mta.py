"""Mail on its whole way through a real mail server: replies, refusals, reports, and robots that answer robots."""

from __future__ import annotations

import email
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import truth
from support.desk import answer_now
from support.dovecot import Dovecot
from support.engines import wait_until
from support.exim import Exim, needed
from support.shops import EngineProcess, mail, write_config

from omni_tui.config.load import load_settings
from omni_tui.desk import automatic
from omni_tui.engine import crew
from omni_tui.engine.channels import configured
from omni_tui.store import open_store

pytestmark = pytest.mark.long

SHOP, ANA = "support@shop.test", "ana@example.test"


@pytest.fixture(scope="module")
def exim() -> Iterator[tuple[Exim, Dovecot]]:
    needed()
    with Dovecot() as dovecot:
        for address in (SHOP, ANA, "grey@example.test", "one@shop.test", "two@shop.test"):
            dovecot.add_user(address)
        with Exim(dovecot) as server:
            for address in (SHOP, "one@shop.test", "two@shop.test"):
                server.add_user(address)
            yield server, dovecot


def table(exim: Exim, dovecot: Dovecot, address: str) -> dict[str, object]:
    return {
        "kind": "mail",
        "address": address,
        "imap_host": "localhost",
        "imap_port": dovecot.imaps_port,
        "smtp_host": "localhost",
        "smtp_port": exim.port,
        "ca_file": str(dovecot.cert),
        "password": "secret",
        "poll_s": 1,
    }


def conversation_of(path: Path, author: str) -> str:
    """The conversation that a customer began."""
    asked = """SELECT m.conversation_id FROM messages m WHERE m.from_address = ? ORDER BY m.received_at"""
    return str(wait_until(truth.rows, path, asked, author)[0][0])


def state(path: Path, outbox_id: str) -> tuple[str, str]:
    ((found, error),) = truth.rows(path, "SELECT state, error FROM outbox WHERE id = ?", outbox_id)
    return found, error


def test_replies_refusals_and_reports(tmp_path: Path, exim: tuple[Exim, Dovecot]) -> None:
    server, dovecot = exim
    tmp_path.chmod(0o700)
    config = write_config(tmp_path / "config.toml", {"support": table(server, dovecot, SHOP)})
    path = tmp_path / "omni.db"
    with EngineProcess(config, path):
        for author in (ANA, "refused@example.test", "grey@example.test", "ghost@example.test"):
            server.bring(author, SHOP, mail(author, SHOP, f"I am {author}", key=f"q-{author}"))
        found = {
            author: conversation_of(path, author)
            for author in (ANA, "refused@example.test", "grey@example.test", "ghost@example.test")
        }

        # A reply arrives, and the answer to it joins its conversation.
        sent = answer_now(path, found[ANA], "It leaves today.").outbox_id
        (raw,) = dovecot.wait_for_mails(ANA, 1)
        reply = email.message_from_bytes(raw)
        assert (reply["In-Reply-To"], reply["Auto-Submitted"]) == (f"<q-{ANA}>", None)
        wait_until(lambda: state(path, sent) == ("sent", ""))
        server.bring(ANA, SHOP, mail(ANA, SHOP, "Thank you!", key="q2", answers=str(reply["Message-ID"])))
        wait_until(lambda: "Thank you!" in truth.bodies(path))
        assert truth.rows(path, "SELECT DISTINCT conversation_id FROM messages WHERE from_address = ?", ANA) == [
            (found[ANA],)
        ]

        # Refused at the door: failed with the server's words.
        refused = answer_now(path, found["refused@example.test"], "Hello?").outbox_id
        wait_until(lambda: state(path, refused)[0] == "failed")
        assert "550 5.1.1 nobody of that name lives here" in state(path, refused)[1]

        # Put off: it waits and goes out as soon as the server lets it.
        put_off = answer_now(path, found["grey@example.test"], "Hello, grey one.").outbox_id
        wait_until(lambda: "451 4.7.1 greylisted" in state(path, put_off)[1])
        assert state(path, put_off)[0] == "queued"
        server.knows_everybody()
        wait_until(lambda: state(path, put_off)[0] == "sent")
        assert "Hello, grey one." in dovecot.wait_for_mails("grey@example.test", 1)[0].decode()

        # Taken, and then there is nobody: the server's report fails the reply, in its words.
        dead = answer_now(path, found["ghost@example.test"], "Hello, ghost.").outbox_id
        wait_until(lambda: state(path, dead)[0] == "failed")
        assert "ghost@example.test did not get it" in state(path, dead)[1]
        assert "User doesn't exist" in state(path, dead)[1]
        where = "SELECT conversation_id, unread FROM messages m JOIN conversations v ON v.id = m.conversation_id"
        reports = truth.rows(path, f"{where} WHERE m.direction = 'inbound' AND m.automatic = 1")
        assert reports == [(found["ghost@example.test"], 1)]
    assert Counter(truth.states(path)) == {"sent": 2, "failed": 2}
    assert len(dovecot.mails(ANA)) == 1


class Installation:
    """A shop that answers everything by itself that may be answered."""

    def __init__(self, room: Path, exim: Exim, dovecot: Dovecot, address: str) -> None:
        room.mkdir(mode=0o700)
        self.address = address
        self.config = write_config(room / "config.toml", {"support": table(exim, dovecot, address)})
        self.path = room / "omni.db"
        settings = load_settings(self.config)
        self._rules = crew.rules(settings, configured(settings))
        self._asked: set[str] = set()

    def answer_all(self) -> int:
        """Answer what came since the last time; how many came."""
        came = truth.rows(self.path, "SELECT id FROM messages WHERE direction = 'inbound' ORDER BY received_at")
        new = [id_ for (id_,) in came if id_ not in self._asked]
        if new:
            store = open_store(self.path)
            for id_ in new:
                with store.write() as tx:
                    automatic.answer(tx, id_, "We have your message.", self._rules)
            store.close()
            self._asked |= set(new)
        return len(new)

    def at_rest(self, dovecot: Dovecot) -> bool:
        """Everything in the mailbox is here and was answered if it may be, and nothing is on its way."""
        mails = len(dovecot.mails(self.address))
        came = truth.rows(self.path, "SELECT count(*) FROM fetch_ledger WHERE stream = 'INBOX'")
        return came == [(mails,)] and set(truth.states(self.path)) <= {"sent", "failed"} and not self.answer_all()

    def automatic_to(self) -> Counter[str]:
        """How many answers no person wrote went to whom."""
        asked = "SELECT parties FROM messages WHERE direction = 'outbound' AND automatic = 1"
        return Counter(str(json.loads(parties)["to"][0][0]) for (parties,) in truth.rows(self.path, asked))


def test_two_installations_and_two_robots_answer_each_other_once_at_most(
    tmp_path: Path, exim: tuple[Exim, Dovecot]
) -> None:
    server, dovecot = exim
    one = Installation(tmp_path / "one", server, dovecot, "one@shop.test")
    two = Installation(tmp_path / "two", server, dovecot, "two@shop.test")
    with EngineProcess(one.config, one.path), EngineProcess(two.config, two.path):
        wait_until(lambda: all(truth.health(each.path).get("support") == ("ok", "") for each in (one, two)))
        for number, author in enumerate(("away@robot.test", "rude@robot.test", two.address) * 2):
            server.bring(author, one.address, mail(author, one.address, "Hello", key=f"a{number}@world.test"))
            server.bring(author, two.address, mail(author, two.address, "Hello", key=f"b{number}@world.test"))

        def quiet() -> bool:
            one.answer_all(), two.answer_all()
            return server.at_rest() and one.at_rest(dovecot) and two.at_rest(dovecot) and server.at_rest()

        wait_until(quiet)
        assert one.at_rest(dovecot) and two.at_rest(dovecot)
    for each, other in ((one, two), (two, one)):
        sent = each.automatic_to()
        assert set(sent.values()) == {1}, sent
        assert {"away@robot.test", "rude@robot.test"} <= set(sent) <= {
            "away@robot.test", "rude@robot.test", other.address,
        }  # fmt: skip
    assert one.automatic_to()[two.address] == 1
    # The robots answered, and each answer came in.
    for each in (one, two):
        robots = truth.rows(each.path, "SELECT from_address FROM messages WHERE subject LIKE 'Away:%'")
        assert {"away@robot.test", "rude@robot.test"} == {name for (name,) in robots}
