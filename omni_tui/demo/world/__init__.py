"""The demo's world: a shop, its customers and their mail, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from omni_tui.demo.world.dice import dice
from omni_tui.demo.world.history import DAY, HOUR, MINUTE, Cast, Conversation, Mail, machines, write
from omni_tui.demo.world.plans import Plan
from omni_tui.demo.world.script import Language

__all__ = ["Arrival", "Conversation", "Mail", "Plan", "World", "generate"]

_RECENT_MINUTES = (2, 5, 9, 14, 22, 33, 47, 68, 95, 130, 190, 260, 370, 520, 690, 900, 1200)
_WAITING_DAYS = (
    1.1,
    1.3,
    1.6,
    1.9,
    2.2,
    2.4,
    2.8,
    3.1,
    3.5,
    4.0,
    4.4,
    5.0,
    5.7,
    6.3,
    7.2,
    8.1,
    9.0,
    10.2,
    11.4,
    12.6,
    13.3,
)
_SETTLED = 24
"""Conversations of the last two weeks whose last word was ours."""
_OLD = 212
_LANGUAGES: tuple[Language, ...] = ("en", "en", "en", "en", "zh", "zh", "zh", "de", "de")
_ARRIVALS = 60


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who writes while you look, ``after_s`` seconds into the demo: anew, or again in ``follows``."""

    after_s: int
    plan: Plan
    follows: Conversation | None = None


@dataclass(frozen=True, slots=True)
class World:
    """Everything that has happened by ``now`` (epoch ms), and who will write next."""

    seed: int
    now: int
    conversations: tuple[Conversation, ...]
    arrivals: tuple[Arrival, ...]

    def mails(self) -> tuple[Mail, ...]:
        """All mails of the shop's mailbox, oldest first."""
        every = [mail for conversation in self.conversations for mail in conversation.mails]
        return tuple(sorted(every, key=lambda mail: (mail.at, mail.message_id)))


def generate(seed: int, now_ms: int) -> World:
    """About 300 conversations ending at ``now_ms``; the same arguments give the same bytes."""
    rng = dice(seed)
    cast = Cast(rng)
    ends = sorted(_endings(rng, now_ms), reverse=True)
    conversations = [
        _conversation(rng, cast, f"c{number:03d}", at, waiting, seed, number)
        for number, (at, waiting) in enumerate(ends)
    ]
    conversations.extend(machines(rng, now_ms))
    return World(seed, now_ms, tuple(conversations), tuple(_arrivals(rng, cast, conversations, now_ms)))


def _arrivals(rng: Random, cast: Cast, conversations: list[Conversation], now: int) -> Iterator[Arrival]:
    """Who writes next: every fourth asks again what was not answered."""
    patient = [c for c in conversations if c.plan and c.waiting and now - 5 * DAY < c.mails[-1].at < now - 2 * HOUR]
    rng.shuffle(patient)
    after = 20.0
    for number in range(_ARRIVALS):
        if number % 4 == 2 and patient:
            conversation = patient.pop()
            assert conversation.plan is not None
            yield Arrival(int(after), conversation.plan, conversation)
        else:
            yield Arrival(int(after), cast.plan(f"a{number:03d}", rng.choice(_LANGUAGES), now))
        after += rng.uniform(25, 110)


def _endings(rng: Random, now: int) -> list[tuple[int, bool]]:
    """When each conversation ended, and whether the customer is waiting for an answer."""
    ends = [(now - age * MINUTE - rng.randrange(MINUTE), True) for age in _RECENT_MINUTES]
    ends += [(now - int(days * DAY) - rng.randrange(HOUR), True) for days in _WAITING_DAYS]
    ends += [(now - int(rng.uniform(0.2, 14) * DAY), False) for _ in range(_SETTLED)]
    ends += [(now - int((14.5 + 380 * rng.random() ** 1.6) * DAY), rng.random() < 0.35) for _ in range(_OLD)]
    return ends


def _conversation(rng: Random, cast: Cast, key: str, at: int, waiting: bool, seed: int, number: int) -> Conversation:
    language = _LANGUAGES[(number * 4 + rng.randrange(3)) % len(_LANGUAGES)]
    found = cast.plan(key, language, at)
    turns = found.case.turns
    wanted = "customer" if waiting else "shop"
    lengths = [n for n in range(1, len(turns) + 1) if turns[n - 1].who == wanted]
    # Those who have just written mostly write for the first time; what is long over ran its course. Last words
    # are mostly thanks, which an inbox of open questions has few of.
    fresh = number < len(_RECENT_MINUTES)
    weights = [1.0 / n if fresh else float(n) if number > 90 else 1.0 for n in lengths]
    if number < 90 and waiting and lengths[-1] == len(turns) and len(lengths) > 1:
        weights[-1] *= 0.15
    return write(found, at, rng.choices(lengths, weights)[0], seed)
