"""Old mail comes in any order and in pieces of any size: what is together in the end does not hang on that."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.shop import DAY, MINUTE, SHOP, Shop

from omni_tui.desk import channels, ingest, triage
from omni_tui.desk.identity import IngestRules
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.events import Batch, Event, Forwarded, Received, RemoteMessage, Report, Reported, SentElsewhere

LENA, MAX, EVA, MALLORY = (Address(f"{name}@post.example", name.title()) for name in ("lena", "max", "eva", "mallory"))
DAEMON = Address("MAILER-DAEMON@mx.post.example", "Mail Delivery System")
COLLEAGUE = Address("bo@shop.example", "Bo")
RULES = IngestRules(own_addresses=frozenset({SHOP.address}), own_domains=frozenset({"shop.example"}))
CUSTOMERS = (LENA, MAX, EVA)
_numbers = itertools.count()


@dataclass(frozen=True)
class Mail:
    """One of a mailbox: who, by what way, with whom copied, and which of those before it are named."""

    author: Address
    way: str
    other: Address
    copied: tuple[Address, ...]
    named: tuple[int, ...]
    """Places of earlier mails, counted back; 0 and below are mails nobody has."""
    minutes: int
    """Behind the one before it."""


mails = st.builds(
    Mail,
    author=st.sampled_from(CUSTOMERS),
    way=st.sampled_from(
        [
            "asks",
            "asks",
            "asks",
            "answers",
            "answers",
            "answers",
            "forges",
            "colleague",
            "passes on",
            "form",
            "robot",
            "twin",
            "bounces",
            "bounces",
        ]
    ),
    other=st.sampled_from(CUSTOMERS),
    copied=st.lists(st.sampled_from(CUSTOMERS), max_size=2, unique=True).map(tuple),
    named=st.lists(st.integers(-1, 5), max_size=3).map(tuple),
    minutes=st.integers(1, 90),
)


class Box:
    """A channel of the shop that takes in mails as old ones; names and ids are those of this box alone."""

    def __init__(self, shop: Shop, name: str) -> None:
        self.shop = shop
        self.id = channels.register(shop.store, name, "mail", SHOP.address, Capabilities(subject=True))
        self._places = itertools.count(1)

    def take(self, events: Sequence[Event]) -> None:
        batch = Batch(tuple(events), "{}", history=True)
        ingest.ingest(self.shop.store, self.id, f"folder {next(self._places)}", batch, RULES, self.shop.epoch)

    def together(self) -> dict[str, Any]:
        """What is in which conversation, who takes part, and how it stands; a conversation by its messages."""
        asked = {"id": self.id}
        with self.shop.store.read() as tx:
            rows = tx.query("SELECT conversation_id, external_id FROM messages WHERE channel_id = :id", asked)
            held: dict[str, set[str]] = {}
            for row in rows:
                held.setdefault(row["conversation_id"], set()).add(row["external_id"])
            names = {id: tuple(sorted(messages)) for id, messages in held.items()}
            of = "SELECT {} FROM {} JOIN conversations v ON v.id = x.conversation_id WHERE v.channel_id = :id"
            people = tx.query(of.format("x.conversation_id, x.address", "participants x"), asked)
            keys = tx.query(of.format("x.conversation_id, x.reply_key", "message_keys x"), asked)
            words = tx.query(of.format("x.conversation_id, x.tokens", "search_docs x"), asked)
            states = tx.query(
                "SELECT id, status, unread, last_at, last_direction, snippet, waiting_since FROM conversations"
                " WHERE channel_id = :id AND merged_into IS NULL",
                asked,
            )
        return {
            "conversations": sorted(names.values()),
            "people": sorted((names[row[0]], row[1]) for row in people),
            "keys": sorted((names[row[0]], row[1]) for row in keys),
            "words": sorted((names[row[0]], row[1]) for row in words),
            "states": sorted((names[row[0]], *tuple(row)[1:]) for row in states),
        }


def written(mailbox: Sequence[Mail], now: int) -> list[Event]:
    """The mails as they come from a server, the oldest first."""
    events: list[Event] = []
    honest: list[str] = []
    at = now - 10 * DAY
    for number, mail in enumerate(mailbox):
        at += mail.minutes * MINUTE
        known = [*honest]
        names = tuple(known[-back] if 0 < back <= len(known) else f"lost{back}@post.example" for back in mail.named)
        event = _event(mail, number, at, names)
        events.append(event)
        if mail.way != "forges" and isinstance(event, Received | SentElsewhere):
            honest.append(event.message.key)
        if mail.way == "twin" and honest[:-1]:
            # Another mail with the same name, as a list's copy is.
            events[-1] = Received(_changed(event, key=honest[-2]))
    return events


def _changed(event: Event, **fields: Any) -> RemoteMessage:
    assert isinstance(event, Received | SentElsewhere)
    return RemoteMessage(**{name: fields.get(name, getattr(event.message, name)) for name in event.message.__slots__})


def _event(mail: Mail, number: int, at: int, names: tuple[str, ...]) -> Event:
    values: dict[str, Any] = {
        "external_id": f"m{number}",
        "locator": f"1/{number + 1}",
        "author": mail.author,
        "text": f"text of {number}",
        "receipt_at": at,
        "to": (SHOP,),
        "cc": mail.copied,
        "subject": "A question",
        "key": f"m{number}@post.example",
        "reply_keys": names,
    }
    match mail.way:
        case "answers":
            return SentElsewhere(RemoteMessage(**{**values, "author": SHOP, "to": (mail.other,)}))
        case "forges":
            return Received(RemoteMessage(**{**values, "author": MALLORY}))
        case "colleague":
            return Received(RemoteMessage(**{**values, "author": COLLEAGUE, "to": (mail.other, SHOP)}))
        case "passes on":
            values |= {"author": COLLEAGUE, "forwarded": Forwarded(mail.other, "Where is it?"), "cc": ()}
            return Received(RemoteMessage(**values))
        case "form":
            return Received(RemoteMessage(**{**values, "author": SHOP, "reply_to": (mail.author,)}))
        case "bounces":
            said = Report(names[0] if names else "", (Reported(mail.other.address, "failed", "550 no such user"),))
            return Received(RemoteMessage(**{**values, "author": DAEMON, "automatic": True, "report": said}))
        case "robot":
            return Received(RemoteMessage(**{**values, "automatic": True}))
    return Received(RemoteMessage(**values))


def _pieces(events: Sequence[Event], sizes: Sequence[int]) -> list[Sequence[Event]]:
    found, at = [], 0
    for size in itertools.cycle(sizes):
        if at >= len(events):
            return found
        found.append(events[at : at + size])
        at += size
    return found


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    mailbox=st.lists(mails, min_size=2, max_size=12),
    chance=st.randoms(use_true_random=False),
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    repeated=st.integers(0, 3),
)
def test_what_is_together_does_not_hang_on_the_order(
    shop: Shop, mailbox: list[Mail], chance: Any, sizes: list[int], repeated: int
) -> None:
    number = next(_numbers)
    events = written(mailbox, shop.now())
    chronological, shuffled = Box(shop, f"a{number}"), Box(shop, f"b{number}")
    chronological.take(events)
    order = events[:]
    chance.shuffle(order)
    for piece in _pieces([*order, *order[:repeated]], sizes):
        shuffled.take(piece)
    expected = chronological.together()
    assert shuffled.together() == expected
    for held in expected["conversations"]:
        _forges_nothing([event for event in events if _id(event) in held])


def _id(event: Event) -> str:
    assert isinstance(event, Received | SentElsewhere)
    return event.message.external_id


def _forges_nothing(held: Sequence[Event]) -> None:
    """Nobody wrote to Mallory or copied her: what she wrote is with nothing of theirs or ours."""
    forged = [each for each in held if isinstance(each, Received) and each.message.author is MALLORY]
    assert not forged or len(forged) == len(held)


def _old(shop: Shop, author: Address, days: int, **fields: Any) -> Received:
    return Received(shop.mail(author, receipt_at=shop.now() - days * DAY, **fields))


def _three(shop: Shop) -> list[Received]:
    """A question, what she writes on without naming it, and a third mail that names both; the third last."""
    first, second = _old(shop, LENA, 30, text="one"), _old(shop, LENA, 29, text="two")
    both = (first.message.key, second.message.key)
    return [first, second, _old(shop, LENA, 28, text="three", reply_keys=both)]


def test_the_number_of_what_became_part_of_another_leads_there(shop: Shop) -> None:
    *apart, third = _three(shop)
    shop.take(*apart, history=True)
    numbers = [row.ref for row in shop.rows()]
    assert len(numbers) == 2
    with shop.store.read() as tx:
        seen = tx.value("counter", name="change")
    shop.take(third, history=True)
    row = shop.one()
    assert (row.ref, row.snippet) == (min(numbers), "three")
    with shop.store.read() as tx:
        assert {tx.value("conversation_id_by_ref", ref=ref) for ref in numbers} == {row.id}
        told = tx.query(
            "SELECT DISTINCT entity_id FROM changes WHERE seq > :seen AND entity = 'conversation'", {"seen": seen}
        )
    assert len(told) == 2


def test_what_somebody_has_tagged_stays(shop: Shop) -> None:
    *apart, third = _three(shop)
    shop.take(*apart, history=True)
    tagged = max(shop.rows(), key=lambda row: row.ref)
    triage.tag(shop.store, shop.agent, [tagged.id], ["urgent"])
    shop.take(third, history=True)
    assert shop.one().id == tagged.id


def test_what_two_have_been_at_stays_two(shop: Shop) -> None:
    *apart, third = _three(shop)
    shop.take(*apart, history=True)
    for row in shop.rows():
        triage.tag(shop.store, shop.agent, [row.id], ["urgent"])
    shop.take(third, history=True)
    assert len(shop.rows()) == 2


def test_500_forged_old_mails_join_nothing(shop: Shop) -> None:
    """They name what is there and copy whom they forge it for, and come before, between and behind it."""
    chance = random.Random(7)
    asked = _old(shop, LENA, 30, text="secret details")
    answer = shop.mail(SHOP, "answer", to=(LENA,), receipt_at=shop.now() - 29 * DAY, reply_keys=(asked.message.key,))
    thanks = _old(shop, LENA, 28, text="thanks", reply_keys=(answer.key, asked.message.key))
    names = (asked.message.key, answer.key, thanks.message.key, "lost@post.example")
    events: list[Event] = [asked, SentElsewhere(answer), thanks]
    for _n in range(500):
        named = tuple(chance.sample(names, chance.randint(1, 3)))
        events.append(_old(shop, MALLORY, chance.randint(20, 40), text="FORGED", reply_keys=named, cc=(LENA,)))
    chance.shuffle(events)
    for piece in _pieces(events, (40, 1, 100)):
        shop.take(*piece, history=True)
    held = shop.one("from:lena")
    with shop.store.read() as tx:
        texts = tx.query("SELECT body FROM messages WHERE conversation_id = :id ORDER BY received_at", {"id": held.id})
    assert [row["body"] for row in texts] == ["secret details", "answer", "thanks"]


def test_a_number_that_was_not_given_yet_joins_nothing(shop: Shop) -> None:
    """Another help desk's, in a mail that is older than the conversation."""
    shop.receive(LENA, "new")
    ref = shop.one().ref
    shop.take(_old(shop, LENA, 300, subject=f"Re: [#{ref}] something else", vouched=True), history=True)
    assert len(shop.rows()) == 2
