"""Messages coming in as an engine stores them: ``python -m benchmarks.arriving STORE RATE SECONDS [REPLIES]``.

Two of three begin a conversation, the third goes on in one of them; with ``REPLIES`` so many of them in a single
conversation come first. Prints ``ready``, waits for a line, and prints at the end how many a second were stored.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from benchmarks import people, words
from omni_tui.desk import channels, ingest, lease
from omni_tui.desk.identity import IngestRules
from omni_tui.model.address import Address
from omni_tui.model.events import Batch, Received, RemoteMessage
from omni_tui.store import Store, open_store

A_BATCH_S = 0.1
"""How often an engine that is told of new mail brings some."""
LEASE_MS = 600_000
LONG_SUBJECT = "Bench long thread"


def main() -> None:
    """Store messages at a rate until the time is over, or as fast as it goes where that is too much."""
    path, rate, seconds, *more = sys.argv[1:]
    store = open_store(Path(path), create=False)
    epoch = lease.take(store, "arriving", LEASE_MS)
    if epoch is None:
        raise SystemExit("an engine works on that store")
    try:
        arriving = Arriving(store, epoch)
        arriving.long(int(more[0]) if more else 0)
        print("ready", flush=True)
        sys.stdin.readline()
        print(arriving.follow(int(rate), float(seconds)), flush=True)
    finally:
        lease.release(store, "arriving", epoch)
        store.close()


class Arriving:
    """Makes messages and takes them in."""

    def __init__(self, store: Store, epoch: int) -> None:
        self._store, self._epoch = store, epoch
        self._channel = next(row.id for row in channels.listed(store) if row.kind == "mail")
        self._dice = random.Random(time.time_ns())
        self._number = 0
        self._begun: list[tuple[people.Customer, str]] = []

    def follow(self, rate: int, seconds: float) -> float:
        """Messages a second that were stored."""
        began, stored = time.monotonic(), 0
        while (now := time.monotonic() - began) < seconds:
            due = int(now * rate) - stored
            if due > 0:
                self._store_batch([self._message() for _ in range(min(due, 200))])
                stored += min(due, 200)
            time.sleep(max(0.0, A_BATCH_S - (time.monotonic() - began - now)))
        return stored / (time.monotonic() - began)

    def long(self, count: int) -> None:
        """``count`` messages of one customer in one conversation."""
        customer, key = people.customer(self._dice, 1_000_000, "en"), ""
        for start in range(0, count, 200):
            some = []
            for _ in range(start, min(start + 200, count)):
                some.append(self._new(customer, LONG_SUBJECT, key))
                key = key or some[0].key
            self._store_batch(some)

    def _message(self) -> RemoteMessage:
        dice = self._dice
        if self._begun and dice.random() < 1 / 3:
            customer, key = dice.choice(self._begun)
            return self._new(customer, "Re: it goes on", key)
        customer = people.customer(dice, 2_000_000 + dice.randrange(50_000), words.language(dice))
        subject = words.sentence(dice, customer.language, dice.randint(3, 7)).rstrip(".。")
        message = self._new(customer, subject, "")
        self._begun = [*self._begun[-50:], (customer, message.key)]
        return message

    def _new(self, customer: people.Customer, subject: str, key: str) -> RemoteMessage:
        self._number += 1
        name = f"{self._number}.{self._dice.getrandbits(60):x}@arriving.example"
        return RemoteMessage(
            external_id=name,
            locator=f"9/{self._number}",
            author=Address(customer.address, customer.name),
            text=words.paragraphs(self._dice, customer.language, self._dice.randint(10, 80)),
            receipt_at=time.time_ns() // 1_000_000,
            subject=subject,
            key=name,
            reply_keys=(key,) if key else (),
        )

    def _store_batch(self, messages: list[RemoteMessage]) -> None:
        events = tuple(Received(each) for each in messages)
        ingest.ingest(self._store, self._channel, "INBOX", Batch(events, "{}"), IngestRules(), self._epoch)


if __name__ == "__main__":
    main()
