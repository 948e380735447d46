"""A lost order, from the chat to the answer by mail, in at most 25 keys; and the seven keys of the tour are enough."""

from __future__ import annotations

import email
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support import truth
from support.chat import ORIGIN, Visitor, chatting, hang_up
from support.dovecot import Dovecot
from support.engines import wait_until
from support.relay import Relay
from support.shop import Shop
from support.shops import mail, mail_table, write_config
from support.smtp import SmtpServer
from support.tmux import Terminal, environment, inbox_command

MOST_KEYS = 25


class Hands:
    """Presses keys and counts them."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.pressed = 0

    def press(self, *keys: str) -> None:
        self.pressed += len(keys)
        self._terminal.press(*keys)

    def type(self, text: str) -> None:
        """Words that are a command's: a tag, a search."""
        self.pressed += len(text)
        self._terminal.type(text)

    def write(self, text: str) -> None:
        """What is said to somebody is no key of the program's, and not counted."""
        self._terminal.type(text)
        self._terminal.wait_for(text)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    with chatting(tmp_path / "relay", ORIGIN) as running:
        yield running
        hang_up()


def end_of(store: Path) -> None:
    """Nothing of this store runs on."""
    for process in psutil.process_iter(["cmdline"]):
        if str(store) in (process.info["cmdline"] or []):
            process.kill()


def test_a_lost_order_from_the_chat_to_the_mail(
    home: Path, relay: Relay, dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str
) -> None:
    letter = mail(f"Lena Hoffmann <{customer}>", shop, "When does it leave?", subject="Order 4417", key="o@post.test")
    dovecot.deliver(shop, letter, sender=customer)
    chat = {"kind": "chat", "relay": relay.url, "chat": "help", "password": relay.token}
    config = write_config(home / "config.toml", {"support": mail_table(dovecot, smtp, shop), "web": chat})
    config.write_text(config.read_text() + "[inbox]\nundo_send_s = 1\n")
    store = home / "data" / "omni.db"
    with Terminal(inbox_command(config, store), environment(home)) as terminal:
        wait_until(lambda: truth.health(store) == {"support": ("ok", ""), "web": ("ok", "")})
        visitor = Visitor(relay, ORIGIN, name="Lena Hoffmann", email=customer)
        visitor.say("My order 4417 is lost")
        terminal.wait_for("Lena Hoffmann", "My order 4417 is lost", "j k move")
        hands = Hands(terminal)
        hands.press("t")
        terminal.wait_for("Took 1 conversation")
        hands.press("L")
        hands.type("lost")
        hands.press("Enter")
        terminal.wait_for("Tagged 1 conversation")
        hands.press("m")
        terminal.wait_for("NOTE")
        hands.write("The carrier has no scan since Monday.")
        hands.press("C-j")
        wait_until(lambda: truth.bodies(store, "note"))
        # The earlier mail of the same customer.
        hands.press("/")
        hands.type("4417")
        terminal.wait_for("Order 4417", "2 conversations")
        hands.press("Enter", "j", "Enter")
        terminal.wait_for("When does it leave?", f"r reply by mail to {customer}")
        hands.press("r")
        terminal.wait_for("REPLY", customer)
        hands.write("It is lost, and a new one leaves today.")
        hands.press("C-j")
        wait_until(lambda: truth.outbox(store))
        # That conversation was resolved long ago; the chat is what is left to do.
        hands.press("q", "q", "e")
        terminal.wait_for("Resolved 1 conversation")
        wait_until(lambda: set(truth.rows(store, "SELECT DISTINCT status FROM conversations")) == {("resolved",)})
        print(f"keystrokes: {hands.pressed}, the note and the answer not counted")
        assert hands.pressed <= MOST_KEYS
        (raw,) = dovecot.wait_for_mails(customer, 1)
        sent = email.message_from_bytes(raw)
        assert sent["In-Reply-To"] == "<o@post.test>"
        body = sent.get_payload(decode=True)
        assert isinstance(body, bytes) and b"a new one leaves today." in body
        terminal.press("C-q")
        terminal.wait_for("ended with 0")
        end_of(store)
    chats = truth.rows(
        store,
        "SELECT v.status, g.login, t.name FROM conversations v JOIN channels h ON h.id = v.channel_id"
        " JOIN agents g ON g.id = v.assignee_id JOIN conversation_tags x ON x.conversation_id = v.id"
        " JOIN tags t ON t.id = x.tag_id WHERE h.kind = 'chat'",
    )
    assert chats == [("resolved", "ana", "lost")]
    assert truth.bodies(store, "note") == ["The carrier has no scan since Monday."]
    assert truth.states(store) == ["sent"]


def test_who_knows_the_tour_alone_finds_answers_and_resolves(home: Path) -> None:
    shop = Shop(home / "store")
    for name, text in (("ben", "The zip came off"), ("lena", "Where is my parcel?"), ("max", "Is it waterproof?")):
        shop.receive(f"{name}@post.example", text, subject=f"{name} asks")
    ref = shop.one("from:ben").ref
    shop.store.close()
    store = home / "store" / "omni.db"
    config = write_config(home / "config.toml", {})
    with Terminal(inbox_command(config, store), environment(home)) as terminal:
        terminal.wait_for("Seven keys to begin with", "/ search", "Enter open", "r reply, C-j sends", "e resolve")
        terminal.press("/")
        terminal.type("zip")
        terminal.wait_for("1 conversation")
        terminal.press("Enter", "Enter")
        terminal.wait_for("The zip came off", "r reply")
        terminal.press("r")
        terminal.wait_for("REPLY", "ben@post.example")
        terminal.type("A new one is on its way.")
        terminal.wait_for("A new one is on its way.")
        terminal.press("C-j")
        wait_until(lambda: truth.states(store) == ["queued"])
        terminal.press("e")
        wait_until(lambda: truth.rows(store, "SELECT status FROM conversations WHERE ref = ?", ref) == [("resolved",)])
        terminal.press("z")
        wait_until(lambda: truth.rows(store, "SELECT status FROM conversations WHERE ref = ?", ref) == [("open",)])
        terminal.press("C-q")
        terminal.wait_for("ended with 0")
