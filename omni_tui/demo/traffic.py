"""The customers at their own desks: some write by themselves, and all answer what the shop sends them."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable, Iterable
from random import Random

from omni_tui.demo.world import Conversation, Plan, World, history, letters
from omni_tui.demo.world.dice import dice
from omni_tui.demo.world.mails import render
from omni_tui.demo.world.people import SHOP, SHOP_ADDRESS, YOU
from omni_tui.demo.world.quoting import Quoted
from omni_tui.text.mail import ParsedMail, parse

ANSWER_S = (4.0, 9.0)
"""How long a customer takes to answer."""


class Customers:
    """Reads what the shop sends and answers it through ``deliver``."""

    def __init__(self, world: World, deliver: Callable[[bytes], None], *, answer_s: tuple[float, float]) -> None:
        self._world = world
        self._deliver = deliver
        self._answer_s = answer_s
        self._by_id: dict[str, Plan] = {}
        self._by_address: dict[str, Plan] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._heard: set[str] = set()
        plans = [c.plan for c in reversed(world.conversations) if c.plan is not None]
        self._by_address = {plan.person.address: plan for plan in plans}
        for conversation in world.conversations:
            if conversation.plan is not None:
                self._by_id.update((mail.message_id, conversation.plan) for mail in conversation.mails)
        for arrival in world.arrivals:
            self._by_address.setdefault(arrival.plan.person.address, arrival.plan)
            if arrival.follows is None:
                self._by_id[first_id(arrival.plan)] = arrival.plan

    def receive(self, raw: bytes, recipients: Iterable[str]) -> None:
        """A mail of the shop has reached its customers: one of them will answer."""
        mail = parse(raw)
        ids = (*mail.references, *(each for each in mail.in_reply_to if each not in mail.references))
        known = [self._by_id[each] for each in ids if each in self._by_id]
        known += [self._by_address[each.casefold()] for each in recipients if each.casefold() in self._by_address]
        if not known:
            return
        plan = known[0]
        self._heard.add(plan.key)
        said = sum(each.startswith(f"{plan.key}.live") for each in ids)
        if said < len(plan.case.answers):
            if (task := self._waiting.get(plan.key)) is not None:
                task.cancel()
            self._waiting[plan.key] = asyncio.get_running_loop().create_task(self._answer(plan, said, mail, ids))

    async def write_by_themselves(self, came: int, tell: Callable[[int], None]) -> None:
        """Deliver the world's arrivals behind the first ``came``, each in its time, and ``tell`` how many came."""
        began = time.monotonic()
        for number, arrival in enumerate(self._world.arrivals[came:], came + 1):
            await asyncio.sleep(max(0.0, began + arrival.after_s - time.monotonic()))
            if arrival.follows is None:
                self._deliver(first_mail(arrival.plan, now_ms()))
            elif arrival.plan.key not in self._heard:
                self._deliver(asking_again(arrival.plan, arrival.follows, now_ms()))
            tell(number)

    async def _answer(self, plan: Plan, said: int, mail: ParsedMail, ids: tuple[str, ...]) -> None:
        rng = dice(f"{self._world.seed}:{plan.key}:{mail.message_id}")
        await asyncio.sleep(rng.uniform(*self._answer_s))
        self._deliver(live_answer(rng, plan, said, mail, ids, now_ms()))


def live_answer(rng: Random, plan: Plan, said: int, mail: ParsedMail, ids: tuple[str, ...], at: int) -> bytes:
    """What the customer says to ``mail`` after having answered ``said`` times before."""
    text = rng.choice(plan.case.answers[said]).text
    written = letters.customer(
        rng,
        dataclasses.replace(plan, agent=YOU[1], subject=mail.subject.strip() or plan.subject),
        text,
        f"{plan.key}.live{said}.{rng.getrandbits(48):012x}@{plan.person.address.partition('@')[2]}",
        at,
        answers=Quoted(SHOP, SHOP_ADDRESS, mail.date_ms or at, mail.subject, mail.text.rstrip("\n")),
        ids=(*ids, mail.message_id) if mail.message_id else ids,
    )
    return render(written.letter)


def first_mail(plan: Plan, at: int) -> bytes:
    """A conversation's first mail, written at ``at``."""
    (mail,) = history.write(plan, at, 1, 0).mails
    return mail.raw


def asking_again(plan: Plan, conversation: Conversation, at: int) -> bytes:
    """What a customer writes who has not been answered."""
    rng = dice(f"{plan.key}:again")
    message_id = f"{plan.key}.again.{rng.getrandbits(40):010x}@{plan.person.address.partition('@')[2]}"
    return render(letters.nudge(rng, plan, message_id, at, [mail.message_id for mail in conversation.mails]).letter)


def first_id(plan: Plan) -> str:
    """The Message-ID of ``first_mail``, whenever it will be written."""
    return history.write(plan, 0, 1, 0).mails[0].message_id


def now_ms() -> int:
    """The time, in epoch milliseconds."""
    return time.time_ns() // 1_000_000
