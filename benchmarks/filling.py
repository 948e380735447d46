"""The large stores, the same every time: 200,000 messages in 105,000 conversations, or a shop's whole memory.

Rows go in through the store's own statements in large batches: what is measured is reading, and filling through
ingest would take minutes. Raw sources are left out; no page of the list or thread reads them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import people, words
from omni_tui.desk import agents, channels
from omni_tui.desk.conversation_state import snippet
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.store import Store, open_store
from omni_tui.store.messages import parties_json
from omni_tui.store.search_docs import CUSTOMERS
from omni_tui.text.segment import (
    CUSTOMER,
    SEG_VERSION,
    SENDER,
    beginnings,
    begun_tokens,
    index_tokens,
    index_words,
    marked_tokens,
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much a store holds: messages, open and other conversations, customers."""

    messages: int
    open: int
    others: int
    customers: int


LARGE = Size(200_000, 100_000, 5_000, 60_000)
MEMORY = Size(1_000_000, 100_000, 50_000, 90_000)
SPACING_MS = 8 * 60_000
"""Between the last messages of two conversations: two years of a busy shop."""
LONG = {10: 50, 20: 50, 30: 400}
"""Conversations that are not short: their place in the inbox and how many messages they have."""
REGULAR = 7
"""A customer who owns every conversation at a multiple of 500: a long story in the side panel."""
SHOP = Address("support@shop.example", "Shop")

CONVERSATION = """
INSERT INTO conversations (id, ref, customer_id, channel_id, subject, status, bulk, unread, settled, snippet, last_at,
  last_direction, waiting_since, snoozed_until, assignee_id, resolved_at, created_at, updated_at)
VALUES (:id, :ref, :customer_id, :channel_id, :subject, :status, :bulk, :unread, 1, :snippet, :last_at,
  :last_direction, :waiting_since, :snoozed_until, :assignee_id, :resolved_at, :now, :now)"""

_TEXTS = 4_000
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class _Text:
    """A body that many messages share, segmented once."""

    language: str
    body: str
    subject: str
    tokens: str
    snippet: str


@dataclass(slots=True)
class Rows:
    """Rows by the name of the statement that inserts them, in the order foreign keys ask for."""

    by_statement: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {
            name: []
            for name in (
                "insert_customer",
                "insert_identity",
                CONVERSATION,
                "add_participant",
                "insert_message",
                "insert_message_key",
                "insert_search_doc",
                "tag_conversation",
            )
        }
    )

    def add(self, statement: str, **values: Any) -> None:
        self.by_statement[statement].append(values)

    def document(self, kind: str, entity_id: str, conversation_id: str, doc_id: int, tokens: str) -> None:
        """A search document; its ``tokens`` are joined by spaces."""
        self.add(
            "insert_search_doc",
            doc_id=doc_id,
            kind=kind,
            entity_id=entity_id,
            conversation_id=conversation_id,
            seg_version=SEG_VERSION,
            tokens=tokens,
        )


class Statements:
    """Writes rows by the store's own statements, in large batches."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: set[str] = set()

    def write(self, rows: Rows) -> None:
        """Write the rows, and begin anew."""
        with self._store.write() as tx:
            documents = list(rows.by_statement["insert_search_doc"])
            for statement, some in rows.by_statement.items():
                if some and statement is CONVERSATION:
                    tx.execute_many(statement, some)
                elif some:
                    tx.run_many(statement, some)
                some.clear()
            # The index takes words in the order of their documents far faster than in any other.
            documents.sort(key=lambda row: int(row["doc_id"]))
            tx.run_many(
                "insert_search_words", [{"doc_id": row["doc_id"], "tokens": row["tokens"]} for row in documents]
            )
            new: set[str] = set()
            for row in documents:
                new.update(row["tokens"].split())
            new -= self._known
            self._known |= new
            tx.run_many("insert_search_word", [{"word": word} for word in sorted(beginnings(" ".join(new)))])


def fill(path: Path, size: Size = LARGE) -> None:
    """Make the store at ``path``."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".filling")
    unfinished.unlink(missing_ok=True)
    store = open_store(unfinished)
    try:
        fill_store(store, size, Statements(store).write)
    finally:
        store.close()
    # Closing the last connection folds the log into the file, so one rename moves all of it.
    unfinished.rename(path)


def fill_store(store: Store, size: Size, write: Callable[[Rows], None]) -> None:
    """Fill a new store; ``write`` stores rows and empties them."""
    dice = random.Random(2026)
    channel = channels.register(store, "shop", "mail", SHOP.address, Capabilities(subject=True, cc=True))
    crew = [agents.who(store, login, login.title()).id for login in ("mia", "jo", "wei")]
    texts = [_text(dice) for _ in range(_TEXTS)]
    tags = [f"{n:08d}-tag" for n in range(12)]
    customers = [people.customer(dice, n, words.language(dice)) for n in range(size.customers)]
    rows = Rows()
    with store.write() as tx:
        tx.run_many("insert_tag", [{"id": id, "name": f"tag-{n}"} for n, id in enumerate(tags)])
        now = tx.now
    numbered = iter(enumerate(customers))
    while some := list(islice(numbered, 10 * _BATCH)):
        for n, customer in some:
            _customer(rows, n, customer, now)
        write(rows)
    maker = _Maker(dice, size, channel, crew, texts, tags, customers, now)
    numbers = iter(range(size.open + size.others))
    while chunk := list(islice(numbers, _BATCH)):
        for number in chunk:
            maker.conversation(rows, number)
        write(rows)
    with store.write() as tx:
        for name, value in {
            "conversation": 1000 + size.open + size.others,
            "doc": size.messages,
            "segmentation": SEG_VERSION,
        }.items():
            tx.run("set_counter", name=name, value=value)


def _customer(rows: Rows, n: int, customer: people.Customer, now: int) -> None:
    id = _id("c", n)
    rows.add("insert_customer", id=id, name=customer.name, now=now)
    address = customer.address
    rows.add(
        "insert_identity",
        id=_id("d", n),
        customer_id=id,
        kind="email",
        value_norm=address,
        value=address,
        at=now,
        now=now,
    )
    who = f"{customer.name}\n{customer.address}"
    # Customers came one an hour, the last of them today.
    at = max(0, now - n * 3_600_000) // 1000 << 20 | n & 0xFFFFF
    tokens, words_of = index_words(who)
    tokens = f"{tokens} {begun_tokens(words_of)} {marked_tokens(CUSTOMER, who)}"
    rows.document("customer", id, "", at - CUSTOMERS, " ".join(tokens.split()))


class _Maker:
    """Conversations one after another, the newest first."""

    def __init__(
        self,
        dice: random.Random,
        size: Size,
        channel: str,
        crew: list[str],
        texts: list[_Text],
        tags: list[str],
        customers: list[people.Customer],
        now: int,
    ) -> None:
        self._dice = dice
        self._size = size
        self._channel = channel
        self._crew = crew
        self._texts: dict[str, list[_Text]] = {}
        for text in texts:
            self._texts.setdefault(text.language, []).append(text)
        self._tags = tags
        self._customers = customers
        self._now = now
        self._messages = 0

    def conversation(self, rows: Rows, number: int) -> None:
        """All rows of the conversation ``number``."""
        dice, now = self._dice, self._now
        owner = REGULAR if number % 500 == 0 else dice.randrange(self._size.customers)
        customer = self._customers[owner]
        id, last_at = _id("a", number), now - 1000 - number % self._size.open * SPACING_MS
        status, bulk = self._state(number)
        length = LONG.get(number) or self._short(number)
        texts = [dice.choice(self._texts[customer.language]) for _ in range(length)]
        answered = dice.random() < 0.3 and length > 1
        rows.add(
            CONVERSATION,
            id=id,
            ref=1000 + self._size.open + self._size.others - number,
            customer_id=_id("c", owner),
            channel_id=self._channel,
            subject=texts[0].subject,
            status=status,
            bulk=bulk,
            unread=int(dice.random() < 0.2),
            snippet=texts[-1].snippet,
            last_at=last_at,
            last_direction="outbound" if answered else "inbound",
            waiting_since=None if answered or status != "open" or bulk else last_at,
            snoozed_until=now + 86_400_000 if status == "snoozed" else None,
            assignee_id=dice.choice(self._crew) if dice.random() < 0.5 else None,
            resolved_at=last_at if status == "resolved" else None,
            now=now,
        )
        rows.add("add_participant", conversation_id=id, address=customer.address)
        for tag in dice.sample(self._tags, dice.choice((0, 0, 0, 1, 2))):
            rows.add("tag_conversation", conversation_id=id, tag_id=tag, now=now)
        for place, text in enumerate(texts):
            ours = place % 2 == 1 if place < length - 1 else answered
            at = last_at - (length - 1 - place) * 3_600_000
            self._message(rows, id, owner, text, max(at, 0), ours)

    def _state(self, number: int) -> tuple[str, int]:
        if number < self._size.open:
            return "open", 0
        return (("resolved", 0), ("snoozed", 0), ("open", 1), ("spam", 0))[number % 4]

    def _short(self, number: int) -> int:
        """Lengths of the short ones: as many messages as the whole store is to have."""
        rest = self._size.messages - sum(LONG.values())
        conversations = self._size.open + self._size.others - len(LONG)
        wanted = (number + 1) * rest // conversations - number * rest // conversations
        return max(1, wanted + (1, -1)[number % 2]) if wanted > 1 else wanted

    def _message(self, rows: Rows, conversation_id: str, owner: int, text: _Text, at: int, ours: bool) -> None:
        self._messages += 1
        number, customer = self._messages, self._customers[owner]
        id, key = _id("b", number), f"{number}@bench.example"
        theirs = Address(customer.address, customer.name)
        author, to = (SHOP, theirs) if ours else (theirs, SHOP)
        # Seven messages hold the rare word, wherever they lie in time.
        rare = number % (self._size.messages // 7) == 5000
        body = f"{text.body}\n{words.RARE}" if rare else text.body
        rows.add(
            "insert_message",
            id=id,
            conversation_id=conversation_id,
            direction="outbound" if ours else "inbound",
            channel_id=self._channel,
            external_id=key,
            identity_id=None if ours else _id("d", owner),
            agent_id=None,
            from_address=author.address,
            from_name=author.name,
            parties=parties_json(to=(to,)),
            reply_keys="[]",
            subject=text.subject,
            body=body,
            notice="",
            automatic=0,
            answered=0,
            facts="",
            source_sha=None,
            received_at=at,
            sent_at=at,
            now=self._now,
        )
        rows.add(
            "insert_message_key",
            channel_id=self._channel,
            reply_key=key,
            message_id=id,
            conversation_id=conversation_id,
            own=1,
        )
        names, named = index_words(f"{author.name} {author.address} {to.name} {to.address} so-{number}")
        tokens = f"{names} {text.tokens} {begun_tokens(named)}".rstrip()
        if rare:
            tokens += f" {index_tokens(words.RARE)}"
        if not ours:
            tokens += f" {marked_tokens(SENDER, f'{author.name} {author.address}')}"
        rows.document("message", id, conversation_id, (at // 1000 << 20) | number, tokens)


def _text(dice: random.Random) -> _Text:
    language = words.language(dice)
    body = words.paragraphs(dice, language, int(min(400, dice.lognormvariate(3.6, 0.7))) + 3)
    subject = words.sentence(dice, language, dice.randint(3, 7)).rstrip(".。")
    return _Text(language, body, subject, index_tokens(f"{subject}\n{body}"), snippet(body))


def _id(kind: str, number: int) -> str:
    """An id of the real ones' form that is the same every time; kinds are single hex digits."""
    return f"01980000-{number >> 16:04x}-7{kind}00-8000-{number & 0xFFFF:012x}"


def conversation_id(number: int) -> str:
    """The conversation at that place of the inbox."""
    return _id("a", number)


def customer_id(number: int) -> str:
    """The customer of that number."""
    return _id("c", number)


def counted(store: Store) -> Iterator[tuple[str, int]]:
    """How much the store has of each kind."""
    with store.read() as tx:
        for table in ("conversations", "messages", "customers", "search_docs"):
            yield table, int(tx.query(f"SELECT count(*) FROM {table}", {})[0][0])
