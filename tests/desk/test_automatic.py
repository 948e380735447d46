"""Answers no person writes: at most one for each address and day, and none to robots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shop import Shop

from omni_tui.connectors.mail.compose import compose
from omni_tui.connectors.mail.message import read_mail
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.desk import automatic, channels, outbox, replies, thread
from omni_tui.desk.identity import IngestRules
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Receipt, Send
from omni_tui.model.events import Received, Report, Reported

LENA = Address("lena@post.example", "Lena")


def answer(shop: Shop, message_id: str) -> str | None:
    with shop.store.write() as tx:
        return automatic.answer(tx, message_id, "We have your message.", shop.rules)


def newest(shop: Shop, conversation_id: str) -> str:
    messages = thread.open_thread(shop.store, shop.agent, conversation_id).messages
    return next(each.id for each in reversed(messages) if each.direction == "inbound")


def answered(shop: Shop, author: Address | str = LENA, **fields: object) -> str | None:
    shop.receive(author, **fields)
    return answer(shop, newest(shop, shop.rows()[0].id))


def test_one_a_day_over_all_conversations(shop: Shop) -> None:
    assert answered(shop)
    assert answered(shop) is None
    assert answered(shop, Address("LENA@post.example")) is None
    assert answered(shop, "someone.else@post.example")
    with shop.store.write() as tx:
        tx.run("prune_automatic_answers", before=tx.now + 1)  # as a day later
    assert answered(shop)


def test_it_answers_nobody_in_the_sense_of_the_inbox_and_repeats_nothing(shop: Shop) -> None:
    assert answered(shop, text="Visit my pills", subject="Cheap pills")
    row = shop.one()
    assert (row.waiting_since is not None, row.unread, row.status) == (True, True, "open")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None and claimed.command.automatic and claimed.command.quote is None
    raw = compose(claimed.command, MailSettings("support@shop.example", "i", "s"))
    assert b"pills" not in raw and b"Auto-Submitted: auto-replied" in raw


@pytest.mark.parametrize(
    "fields",
    [
        {"automatic": True},
        {"author": "no-reply@post.example"},
        {"author": "support@shop.example"},
        {"author": "MAILER-DAEMON@post.example"},
        {"reply_to": (Address("victim@elsewhere.example"),)},
        {"automatic": True, "report": Report("", (Reported("a@b.example", "failed"),))},
        {"raw": b"From: lena@post.example\r\nX-Auto-Response-Suppress: DR, AutoReply\r\n\r\nHello"},
        {"author": ""},
    ],
)
def test_whom_nothing_answers(shop: Shop, fields: dict[str, object]) -> None:
    given = dict(fields)
    author = given.pop("author", LENA)
    assert isinstance(author, Address | str)
    assert answered(shop, author, **given) is None


def test_a_persons_answer_has_no_cap(shop: Shop) -> None:
    assert answered(shop)
    for _time in range(3):
        replies.reply(shop.store, shop.agent, shop.one().id, "Hello")


class Post:
    """Carries what shops send to whoever it is for, as mails, and counts what each address got from robots."""

    def __init__(self) -> None:
        self.robots: dict[tuple[str, str], int] = {}

    def carry(self, shop: Shop, own: str) -> list[tuple[str, bytes]]:
        carried = []
        while (claimed := outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])) is not None:
            outbox.sent(shop.store, shop.epoch, claimed.outbox_id, Receipt())
            send: Send = claimed.command
            raw = compose(send, MailSettings(own, "i", "s"))
            for to in send.to:
                if send.automatic:
                    self.robots[own, to.address] = self.robots.get((own, to.address), 0) + 1
                carried.append((to.address, raw))
        return carried


def vacation_robot(own: str, raw: bytes, number: int) -> bytes:
    """One of the kind that says nowhere that it is one, and answers everything."""
    got = read_mail(raw, locator="1/1", receipt_at=0)
    return (
        f"From: {own}\r\nTo: {got.author.address}\r\nSubject: Away: {got.subject}\r\nMessage-ID: <r{number}@{own}>\r\n"
        f"In-Reply-To: <{got.key}>\r\nReferences: <{got.key}>\r\n\r\nI am away.\r\n"
    ).encode()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[dict[str, Shop]]:
    shops = {}
    for name in ("one", "two"):
        own = f"support@{name}.example"
        made = Shop(tmp_path / name)
        made.channel_id = channels.register(made.store, "shop", "mail", own, Capabilities(subject=True))
        made.rules = IngestRules(own_addresses=frozenset({own}))
        shops[own] = made
    yield shops
    for made in shops.values():
        made.store.close()


def test_two_installations_and_a_vacation_robot(two: dict[str, Shop]) -> None:
    post, robot, numbers = Post(), "away@robot.example", iter(range(10_000))
    first, second = two
    letters = [
        (first, f"From: {second}\r\nTo: {first}\r\nSubject: Hi\r\nMessage-ID: <a@x>\r\n\r\nHi\r\n".encode()),
        (first, f"From: {robot}\r\nTo: {first}\r\nSubject: Hi\r\nMessage-ID: <b@x>\r\n\r\nHi\r\n".encode()),
        (second, f"From: {robot}\r\nTo: {second}\r\nSubject: Hi\r\nMessage-ID: <c@x>\r\n\r\nHi\r\n".encode()),
    ]
    rounds = 0
    while letters and rounds < 50:
        rounds += 1
        arriving, letters = letters, []
        for to, raw in arriving:
            if to == robot:
                back = vacation_robot(robot, raw, next(numbers))
                letters.append((read_mail(raw, locator="1/1", receipt_at=0).author.address, back))
                continue
            shop = two[to]
            message = read_mail(raw, locator=f"1/{next(numbers) + 1}", receipt_at=shop.now())
            if shop.take(Received(message)).new:
                answer(shop, newest(shop, shop.rows()[0].id))
            letters += post.carry(shop, to)
    assert letters == [], "they still answer each other"
    assert post.robots and set(post.robots.values()) == {1}
    assert (first, robot) in post.robots and (second, robot) in post.robots
