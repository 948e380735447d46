"""One conversation before it has times: who writes, about what, in which words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from omni_tui.demo.world.catalogue import COLOURS, SIZES, money, products
from omni_tui.demo.world.people import AGENTS, Person
from omni_tui.demo.world.script import Case, Language, Text, cases

_MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True, slots=True)
class Plan:
    """A conversation to be written. ``texts`` has one wording for each turn of the case.

    ``colleague`` is whose question is passed on, and ``mark`` what the subject then begins with.
    """

    key: str
    case: Case
    person: Person
    agent: str
    subject: str
    values: dict[str, str]
    texts: tuple[Text, ...]
    colleague: Person | None = None
    mark: str = ""

    def fill(self, text: str) -> str:
        """``text`` with this conversation's order, product, dates... in it."""
        return text.format_map(self.values)


def plan(rng: Random, key: str, case: Case, person: Person, started: int, colleague: Person | None = None) -> Plan:
    """Choose everything a conversation that starts at ``started`` (epoch ms) leaves open."""
    first = rng.choice(case.turns[0].texts)
    texts = (first, *(rng.choice(turn.texts) for turn in case.turns[1:]))
    group = first.group or case.group
    product = rng.choice(products(case.language, group))
    others = [p for p in products(case.language, "wear") if p is not product]
    sizes = SIZES.get(product.group, SIZES[""])
    small = rng.randrange(len(sizes) - 1)
    day = datetime.fromtimestamp(started // 1000, UTC)
    agent = AGENTS[2][1] if case.language == "zh" else rng.choice(AGENTS[:2])[1]
    order = f"LF-{rng.randrange(20000, 99999)}"
    values = {
        "order": order,
        "product": product.name(case.language),
        "other": rng.choice(others).name(case.language),
        "color": rng.choice(COLOURS[case.language]),
        "size": sizes[small],
        "size2": sizes[small + 1],
        "amount": money(case.language, product.price, rng.choice((0, 0, 90, 95))),
        "tracking": f"PW{rng.randrange(10**9, 10**10)}",
        "date": spoken_date(day - timedelta(days=rng.randrange(5, 16)), case.language),
        "later": spoken_date(day + timedelta(days=rng.randrange(12, 30)), case.language),
        "city": person.city,
        "street": person.street,
        "company": person.company
        or {"en": "Dunwick Surveyors", "de": "Feldmess Nord GbR", "zh": "明川设计事务所"}[case.language],
        "qty": str(rng.choice((12, 15, 24, 30, 36, 50))),
    }
    subjects = [s for s in case.subjects if s.group in ("", product.group)]
    subject = rng.choice(subjects).text.format_map(values)
    if colleague is None:
        return Plan(key, case, person, agent, subject, values, texts)
    mark = {"en": "Fwd:", "de": "WG:", "zh": "转发："}[case.language]
    return Plan(key, case, person, agent, f"{mark} {subject}", values, texts, colleague, mark)


def shuffled(rng: Random, language: Language) -> list[Case]:
    """As many of each case as its weight says, in an order where the same kind rarely follows itself."""
    pile = [case for case in cases(language) for _ in range(case.weight)]
    rng.shuffle(pile)
    order: list[Case] = []
    while pile:
        lately = {case.kind for case in order[-4:]}
        at = next((n for n, case in enumerate(pile) if case.kind not in lately), 0)
        order.append(pile.pop(at))
    return order


def spoken_date(day: datetime, language: Language) -> str:
    """A day of the year as people write it in running text."""
    if language == "zh":
        return f"{day.month}月{day.day}日"
    return f"{day.day}.{day.month}." if language == "de" else f"{day.day} {_MONTHS.split()[day.month - 1]}"
