"""A store with one mail channel, and messages to put into it: what desk tests begin with."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from pathlib import Path

from omni_tui.desk import agents, channels, ingest, lease
from omni_tui.desk.identity import IngestRules
from omni_tui.desk.ingest import IngestReport
from omni_tui.desk.query import parse
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.events import Batch, Event, Received, RemoteMessage, SentElsewhere
from omni_tui.store import Store, conversations
from omni_tui.store.filter import where
from support.new_store import open_new

SHOP = Address("support@shop.example", "The Shop")
MINUTE = 60_000
DAY = 24 * 60 * MINUTE


@dataclass
class Shop:
    """A store with the channel ``shop`` and the agent ``ana``; an engine's lease is held."""

    folder: Path
    location: Path | str | None = None
    """Where the store is; without it a file in ``folder``."""
    store: Store = field(init=False)
    agent: Agent = field(init=False)
    channel_id: str = field(init=False)
    epoch: int = field(init=False)
    rules: IngestRules = field(default_factory=lambda: IngestRules(own_addresses=frozenset({SHOP.address})))
    _ids: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.store = open_new(self.location or self.folder / "omni.db")
        self.agent = agents.who(self.store, "ana", "Ana")
        self.channel_id = channels.register(self.store, "shop", "mail", SHOP.address, Capabilities(subject=True))
        epoch = lease.take(self.store, "tests", 3_600_000)
        assert epoch is not None
        self.epoch = epoch

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def mail(self, author: Address | str, text: str = "Hello", **fields: object) -> RemoteMessage:
        """A message with an id of its own; any field of RemoteMessage can be given."""
        number = next(self._ids)
        values: dict[str, object] = {
            "external_id": f"m{number}@example",
            "locator": f"1/{number + 1}",
            "author": Address(author) if isinstance(author, str) else author,
            "text": text,
            "receipt_at": self.now(),
            "to": (SHOP,),
            "subject": "A question",
            "key": f"m{number}@example",
        }
        values.update(fields)
        return RemoteMessage(**values)  # type: ignore[arg-type]

    def take(self, *events: Event, history: bool = False, stream: str = "INBOX", cursor: str = "{}") -> IngestReport:
        batch = Batch(tuple(events), cursor, history=history)
        return ingest.ingest(self.store, self.channel_id, stream, batch, self.rules, self.epoch)

    def receive(self, author: Address | str, text: str = "Hello", **fields: object) -> RemoteMessage:
        message = self.mail(author, text, **fields)
        assert self.take(Received(message)).new == 1
        return message

    def sent_elsewhere(self, to: Address | str, text: str = "Hello", **fields: object) -> RemoteMessage:
        party = Address(to) if isinstance(to, str) else to
        message = self.mail(SHOP, text, **{"to": (party,), **fields})
        assert self.take(SentElsewhere(message), stream="Sent").new == 1
        return message

    def rows(self, query: str = "is:any", sort: str = "activity") -> tuple[ConversationRow, ...]:
        with self.store.read() as tx:
            built = where(parse(query, tx.now), self.agent.id)
            return conversations.page(tx, built, self.agent.id, sort=sort, limit=500)  # type: ignore[arg-type]

    def one(self, query: str = "is:any") -> ConversationRow:
        (row,) = self.rows(query)
        return row
