"""A made-up store and questions about it, with answers found the slow and plain way: by looking at everything."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from omni_tui.desk import channels
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.ids import uuid7
from omni_tui.store import Store, Writer, search_docs
from omni_tui.text.segment import SEG_VERSION

DAY_MS = 24 * 3600 * 1000
BEGIN_MS = 1_700_000_000_000
WORDS = ("lamp", "lamp", "lamp", "chair", "chair", "stool", "gold", "velvet", "退款", "款项", "退货")
ASKED = (*WORDS, "退", "货", "nowhere")
PHRASES = ('"lamp lamp"', '"lamp chair"', '"chair stool"', '"gold velvet lamp"')
BEGINNINGS = ("so-7*", "7*", "so-71*", "cha*", "v*", "so-712*")
NAMES = ("Ana Gold", "Bo Lamp", "Cleo Brandt", "Dora 王", "Emil Brandt")
STATUSES = ("open", "open", "open", "snoozed", "resolved", "spam")


@dataclass(frozen=True, slots=True)
class Conversation:
    """``texts`` and ``senders`` of its messages; ``name`` of its customer as they are called now."""

    id: str
    ref: int
    assigned: bool
    last_at: int
    waiting_since: int | None
    status: str
    bulk: bool
    name: str
    texts: tuple[str, ...]
    senders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """``words`` and one of ``either`` in one message, none of ``without`` in any, and who wrote or whose it is."""

    words: tuple[str, ...]
    either: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    sender: str = ""
    customer: str = ""
    status: str = ""
    assignee: str = ""
    since: str = ""
    ref: int = 0
    bulk: bool = False
    waits: bool = False

    @property
    def text(self) -> str:
        """As it is typed."""
        parts = [*self.words, f"({' OR '.join(self.either)})" if self.either else "", *(f"-{w}" for w in self.without)]
        fields = {"from": self.sender, "customer": self.customer, "is": self.status, "assignee": self.assignee}
        fields |= {"after" if self.words else "-before": self.since, "ref": str(self.ref or "")}
        parts += ["is:bulk"] * self.bulk + ["is:waiting"] * self.waits
        return " ".join(filter(None, [*parts, *(f"{key}:{value}" for key, value in fields.items() if value)]))

    def fits(self, one: Conversation) -> bool:
        """Whether ``one`` is an answer."""
        if one.status != self.status if self.status else one.status in ("spam", "trash"):
            return False
        if one.bulk is not self.bulk and (self.bulk or self.status == "open"):
            return False
        if self.waits and one.waiting_since is None:
            return False
        if self.assignee and one.assigned is (self.assignee == "none"):
            return False
        if self.since and one.last_at < datetime.fromisoformat(self.since).replace(tzinfo=UTC).timestamp() * 1000:
            return False
        if self.ref and one.ref != self.ref:
            return False
        documents = [*one.texts, one.name]
        together = self.words or self.either
        if together and not any(self._in_one(document) for document in documents):
            return False
        if any(_has(document, word) for document in documents for word in self.without):
            return False
        if self.sender and not any(_begins(sender, self.sender) for sender in one.senders):
            return False
        return not self.customer or _begins(one.name, self.customer)

    def found_by_message(self, one: Conversation) -> bool:
        """Whether a search that finds ``one`` does so by a message of it, and not by its customer alone."""
        if self.words or self.either:
            return any(map(self._in_one, one.texts))
        return bool(self.sender) or not self.customer

    def _in_one(self, document: str) -> bool:
        either = not self.either or any(_has(document, word) for word in self.either)
        return either and all(_has(document, word) for word in self.words)


def _has(text: str, word: str) -> bool:
    if word.startswith('"'):
        return f" {word.strip(chr(34))} " in f" {text.lower()} "
    if word.endswith("*"):
        return re.search(rf"\b{word[:-1]}", text.lower()) is not None
    return word in text.lower().split() if word.isascii() else word in text


def _begins(name: str, beginning: str) -> bool:
    return any(word.startswith(beginning.lower()) for word in name.lower().split())


def questions(dice: random.Random, number: int) -> Iterator[Question]:
    """Some with words, most with more than that."""
    for _ in range(number):
        words = tuple(dict.fromkeys(dice.choices(ASKED, k=dice.choice((0, 1, 1, 1, 2)))))
        if dice.random() < 0.25:
            words = (*words[1:], dice.choice((*BEGINNINGS, *PHRASES)))
        either = tuple(dict.fromkeys(dice.choices(ASKED, k=2))) if dice.random() < 0.2 else ()
        without = tuple(dict.fromkeys(dice.choices(ASKED, k=dice.choice((0, 0, 1, 2)))))
        sender = dice.choice(("", "", "", "a", "cleo", "王"))
        customer = dice.choice(("", "", "", "bo", "bra"))
        if words or either or without or sender or customer:
            status, assignee = dice.choice(("", "", "open", "spam")), dice.choice(("", "", "", "", "jo", "none"))
            since = dice.choice(("", "", "", "", "2024-02-01", "2024-04-20"))
            bulk, waits = dice.random() < 0.15, dice.random() < 0.1
            yield Question(words, either, without, sender, customer, status, assignee, since, bulk=bulk, waits=waits)
        if dice.random() < 0.2:
            yield Question(("lamp",), assignee=dice.choice(("", "none")), ref=dice.randrange(5000, 5060))


@dataclass
class World:
    """A store filled by ``dice``: short conversations, long ones, some taken up again after months."""

    store: Store
    dice: random.Random
    conversations: list[Conversation] = field(default_factory=list)
    asleep: bool = True
    """Whether bulk waits for nobody, as what is taken in has it."""
    _channel: str = ""
    _customers: list[str] = field(default_factory=list)

    def fill(self, number: int) -> None:
        """``number`` conversations of a few customers, one of whom was merged into another."""
        channel = channels.register(self.store, "shop", "mail", "support@shop.example", Capabilities())
        ids = [uuid7() for _ in NAMES]
        with self.store.write() as tx:
            for id, name in zip(ids, NAMES, strict=True):
                tx.run("insert_customer", id=id, name=name, now=tx.now)
                search_docs.put_new_customer(tx, id, name)
        with self.store.write() as tx:
            tx.run("insert_agent", id="jo", login="jo", name="Jo", now=tx.now)
            # The last is the first one now: their document says nothing any more.
            tx.execute_many("UPDATE customers SET root_id = :root WHERE id = :id", [{"root": ids[0], "id": ids[-1]}])
            search_docs.put_customer_again(tx, ids[-1])
        self._channel, self._customers = channel, ids
        self.grow(number)

    def grow(self, number: int) -> None:
        """So many conversations more."""
        with self.store.write() as tx:
            for _ in range(number):
                self._conversation(tx, self._channel, self._customers, len(self.conversations))

    def made_anew(self) -> None:
        """Say that all documents have this program's segmentation."""
        with self.store.write() as tx:
            tx.run("set_counter", name="segmentation", value=SEG_VERSION)

    def _conversation(self, tx: Writer, channel: str, customers: list[str], place: int) -> None:
        dice, id, owner = self.dice, uuid7(), self.dice.randrange(len(NAMES))
        last_at = BEGIN_MS + dice.randrange(400) * DAY_MS // 2
        waiting_since = last_at - dice.randrange(3) * DAY_MS if dice.random() < 0.6 else None
        status, bulk = dice.choice(STATUSES), dice.random() < 0.2
        if bulk and self.asleep:
            waiting_since = None
        tx.run(
            "insert_conversation",
            id=id,
            ref=5000 + place,
            customer_id=customers[owner],
            channel_id=channel,
            subject="",
            status=status,
            bulk=int(bulk),
            settled=1,
            last_at=last_at,
            last_direction="inbound",
            related_id=None,
            now=tx.now,
        )
        assigned = dice.random() < 0.5
        tx.execute_many(
            "UPDATE conversations SET waiting_since = :since, assignee_id = :agent WHERE id = :id",
            [{"since": waiting_since, "agent": "jo" if assigned else None, "id": id}],
        )
        texts, senders = [], []
        for n in range(dice.choice((1, 1, 2, 3, 6))):
            texts.append(" ".join(dice.choices(WORDS, k=dice.randint(1, 4))))
            if dice.random() < 0.4:
                texts[-1] += f" so-{dice.choice((7, 71, 712, 7120, 55))}{dice.choice(('', '', 3, 44))}"
            senders.append(dice.choice(NAMES) if n % 2 == 0 else "")
            at = last_at - n * dice.choice((1, 1, 1, 90)) * DAY_MS // 4
            search_docs.put(tx, uuid7(), id, at, texts[-1], sender=senders[-1] or None)
        name = NAMES[0] if owner == len(NAMES) - 1 else NAMES[owner]
        self.conversations.append(
            Conversation(
                id,
                5000 + place,
                assigned,
                last_at,
                waiting_since,
                status,
                bulk,
                name,
                tuple(texts),
                tuple(filter(None, senders)),
            )
        )

    def answers(self, question: Question) -> list[str]:
        """The ids of what fits, by activity."""
        fitting = [(one.last_at, one.id) for one in self.conversations if question.fits(one)]
        return [id for _, id in sorted(fitting, reverse=True)]

    def must_be_searched(self, question: Question) -> set[str]:
        """The ids of what a search has to find: of a customer's who is found by their name the newest is enough."""
        needed, newest = set(), {}
        for one in sorted(self.conversations, key=lambda one: (one.last_at, one.id)):
            if question.fits(one):
                newest[one.name] = one.id
                if question.found_by_message(one):
                    needed.add(one.id)
        by_name = any(_has(name, word) for name in newest for word in (*question.words, *question.either))
        return needed | set(newest.values()) if by_name or question.customer else needed

    def waiting(self, question: Question) -> list[str]:
        """The ids of what fits and waits, the longest first."""
        fitting = [
            (one.waiting_since, one.id)
            for one in self.conversations
            if one.waiting_since is not None and question.fits(one)
        ]
        return [id for _, id in sorted(fitting)]
