"""The shop's mail of the last year: when each conversation happened, and how far it got."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from omni_tui.demo.world import letters
from omni_tui.demo.world.bulk import AUTOMATIC, MISCHIEF, Automatic
from omni_tui.demo.world.dice import dice
from omni_tui.demo.world.files import make
from omni_tui.demo.world.letters import Written
from omni_tui.demo.world.mails import Letter, render
from omni_tui.demo.world.people import SHOP, SHOP_ADDRESS, SHOP_DOMAIN, Person, person
from omni_tui.demo.world.plans import Plan, plan, shuffled
from omni_tui.demo.world.quoting import Quoted
from omni_tui.demo.world.script import Case, Language

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

Box = Literal["INBOX", "Sent"]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail on the shop's server; ``answered`` is the flag the server keeps."""

    box: Box
    at: int
    message_id: str
    raw: bytes
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """A case with its mails, oldest first. ``plan`` is None for what a machine wrote, ``waiting`` if we owe."""

    key: str
    language: Language
    name: str
    address: str
    subject: str
    waiting: bool
    mails: tuple[Mail, ...]
    plan: Plan | None = None


_POOL: dict[Language, tuple[int, int]] = {"en": (78, 12), "zh": (58, 9), "de": (40, 9)}
"""How many private and business customers there are: fewer than conversations, so that some come back."""


class Cast:
    """Deals cases and people: variety first, and nobody asks twice under the same subject."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        taken: set[str] = set()
        self._people = {
            (language, business): [person(rng, language, taken, business=business) for _ in range(count)]
            for language, counts in _POOL.items()
            for business, count in zip((False, True), counts, strict=True)
        }
        self._decks: dict[Language, list[Case]] = {}
        self._subjects: set[tuple[str, str]] = set()

    def plan(self, key: str, language: Language, started: int) -> Plan:
        """The next conversation in that language."""
        deck = self._decks.setdefault(language, [])
        if not deck:
            deck.extend(shuffled(self._rng, language))
        case = deck.pop()
        while True:
            somebody = self._rng.choice(self._people[language, case.business])
            found = plan(self._rng, key, case, somebody, started, self._colleague(somebody))
            if (somebody.address, found.subject) not in self._subjects:
                self._subjects.add((somebody.address, found.subject))
                return found

    def _colleague(self, somebody: Person) -> Person | None:
        """Now and then somebody of the same company whose question is passed on."""
        others = [p for p in self._people[somebody.language, True] if p.company == somebody.company and p != somebody]
        return self._rng.choice(others) if others and self._rng.random() < 0.35 else None


def write(plan: Plan, ends_at: int, mails: int, seed: int) -> Conversation:
    """The first ``mails`` turns of a plan, the last of them at ``ends_at``."""
    rng = dice(f"{seed}:{plan.key}")
    turns = plan.case.turns[:mails]
    times = [ends_at]
    for turn in reversed(turns[1:]):
        times.append(times[-1] - int(rng.uniform(0.4, 18 if turn.who == "shop" else 30) * HOUR))
    times.reverse()
    written: list[tuple[Written, Mail]] = []
    for number, (turn, at) in enumerate(zip(turns, times, strict=True)):
        text = plan.texts[number]
        message_id = f"{plan.key}.{number}.{rng.getrandbits(40):010x}@{_host(plan, turn.who)}"
        ids = tuple(mail.message_id for _, mail in written)
        files = tuple(make(kind, rng, plan.values["order"], n) for n, kind in enumerate(text.files))
        if turn.who == "shop":
            before = written[-1][0]
            done = letters.shop(
                plan, text.text, message_id, at, files=files, answers=_quoted(before, nested=False), ids=ids
            )
        else:
            answers = _quoted(written[-1][0], nested=rng.random() < 0.5) if written else None
            done = letters.customer(rng, plan, text.text, message_id, at, files=files, answers=answers, ids=ids)
        box: Box = "Sent" if turn.who == "shop" else "INBOX"
        follows = number + 1 < len(turns) and turns[number + 1].who == "shop"
        mail = Mail(box, at, message_id, render(done.letter), answered=box == "INBOX" and follows)
        written.append((done, mail))
    return Conversation(
        key=plan.key,
        language=plan.case.language,
        name=plan.person.name,
        address=plan.person.address,
        subject=plan.subject,
        waiting=turns[-1].who == "customer",
        mails=tuple(mail for _, mail in written),
        plan=plan,
    )


def automatic(key: str, mail: Automatic, at: int, *, waiting: bool = False) -> Conversation:
    """A conversation of one mail that nobody, or a prankster, wrote."""
    domain = mail.address.partition("@")[2]
    letter = Letter(
        message_id=f"{key}@{domain}",
        at=at,
        from_name=mail.name,
        from_address=mail.address,
        to_name=SHOP,
        to_address=SHOP_ADDRESS,
        subject=mail.subject.replace("{order}", "LF-31337"),
        text=mail.text.replace("{order}", "LF-31337") + "\n",
        headers=tuple(line.replace("{domain}", domain) for line in mail.headers),
        look="html-only" if mail.html else "plain",
    )
    language: Language = "zh" if mail.name > "一" else "de" if "Ihr" in mail.text else "en"
    only = Mail("INBOX", at, letter.message_id, render(letter))
    return Conversation(key, language, mail.name, mail.address, letter.subject, waiting, (only,))


def machines(rng: Random, now: int) -> Iterator[Conversation]:
    """Bulk mail over the last weeks, and the prank mails of the last days."""
    for number, mail in enumerate(AUTOMATIC):
        yield automatic(f"b{number:03d}", mail, now - int(rng.uniform(0.1, 45) * DAY))
    for number, mail in enumerate(MISCHIEF):
        yield automatic(f"m{number:03d}", mail, now - int(rng.uniform(1, 9) * DAY), waiting=True)


def _quoted(written: Written, *, nested: bool) -> Quoted:
    letter = written.letter
    text = letter.text.rstrip("\n") if nested else written.own
    return Quoted(letter.from_name, letter.from_address, letter.at, letter.subject, text)


def _host(plan: Plan, who: str) -> str:
    return SHOP_DOMAIN if who == "shop" else plan.person.address.partition("@")[2]
