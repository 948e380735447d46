"""Customers at their own desks, without servers: who answers what, and who writes by himself."""

from __future__ import annotations

import asyncio

from omni_tui.demo.traffic import Customers, asking_again, first_id, first_mail
from omni_tui.demo.world import Conversation, generate
from omni_tui.demo.world.mails import Letter, render
from omni_tui.demo.world.people import SHOP, SHOP_ADDRESS
from omni_tui.text.mail import ParsedMail, parse

NOW = 1_790_000_000_000
WORLD = generate(7, NOW)
ASKING = [c for c in WORLD.conversations if c.plan and c.waiting]


def reply_to(conversation: Conversation, number: int, ids: tuple[str, ...]) -> bytes:
    return render(
        Letter(
            message_id=f"r{number}@larkfell.example",
            at=NOW,
            from_name=SHOP,
            from_address=SHOP_ADDRESS,
            to_name="",
            to_address=conversation.address,
            subject=f"Re: {conversation.subject} [#1042]",
            text="On its way.\n",
            ids=ids,
        )
    )


class Post:
    """Where customers put their mails."""

    def __init__(self) -> None:
        self.mails: asyncio.Queue[ParsedMail] = asyncio.Queue()

    def __call__(self, raw: bytes) -> None:
        self.mails.put_nowait(parse(raw))

    async def next(self) -> ParsedMail:
        async with asyncio.timeout(30):
            return await self.mails.get()


async def test_a_customer_answers_twice_and_then_is_content() -> None:
    post = Post()
    customers = Customers(WORLD, post, answer_s=(0.0, 0.01))
    conversation = ASKING[0]
    ids = tuple(mail.message_id for mail in conversation.mails)
    said = []
    for number in range(2):
        customers.receive(reply_to(conversation, number, ids), [conversation.address])
        answer = await post.next()
        assert answer.from_ is not None
        assert answer.from_.address == conversation.address
        assert answer.in_reply_to == (f"r{number}@larkfell.example",)
        assert answer.references == (*ids, f"r{number}@larkfell.example")
        assert "[#1042]" in answer.subject
        assert "On its way." in answer.text
        said.append(answer.text.partition("On its way.")[0])
        ids = (*answer.references, answer.message_id)
    assert said[0] != said[1]
    customers.receive(reply_to(conversation, 2, ids), [conversation.address])
    # Somebody else's answer comes although nothing came for the third: the queue holds just one.
    other = ASKING[1]
    customers.receive(reply_to(other, 3, (other.mails[-1].message_id,)), [other.address])
    answer = await post.next()
    assert answer.from_ is not None
    assert answer.from_.address == other.address
    assert post.mails.empty()


async def test_two_replies_in_a_row_are_answered_once() -> None:
    post = Post()
    customers = Customers(WORLD, post, answer_s=(0.05, 0.06))
    conversation = ASKING[2]
    ids = (conversation.mails[-1].message_id,)
    customers.receive(reply_to(conversation, 0, ids), [conversation.address])
    customers.receive(reply_to(conversation, 1, ids), [conversation.address])
    assert (await post.next()).in_reply_to == ("r1@larkfell.example",)
    assert post.mails.empty()


async def test_a_stranger_does_not_answer() -> None:
    post = Post()
    customers = Customers(WORLD, post, answer_s=(0.0, 0.0))
    conversation = ASKING[0]
    customers.receive(reply_to(conversation, 0, ()), ["nobody@elsewhere.example"])
    customers.receive(reply_to(conversation, 1, ()), [conversation.address])
    assert (await post.next()).in_reply_to == ("r1@larkfell.example",)
    assert post.mails.empty()


def test_arrivals_are_new_conversations_and_reminders() -> None:
    known = {mail.message_id for mail in WORLD.mails()}
    new = [arrival for arrival in WORLD.arrivals if arrival.follows is None]
    again = [arrival for arrival in WORLD.arrivals if arrival.follows is not None]
    assert len(new) > 30
    assert len(again) >= 5
    for arrival in new:
        mail = parse(first_mail(arrival.plan, NOW + 5000))
        assert mail.message_id == first_id(arrival.plan)
        assert mail.message_id not in known
        assert not mail.references
        assert mail.date_ms == NOW + 5000
    for arrival in again:
        assert arrival.follows is not None
        mail = parse(asking_again(arrival.plan, arrival.follows, NOW))
        assert set(mail.references) <= known
        assert mail.from_ is not None
        assert mail.from_.address == arrival.follows.address
    assert [a.after_s for a in WORLD.arrivals] == sorted(a.after_s for a in WORLD.arrivals)
