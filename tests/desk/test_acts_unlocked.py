"""Whenever PostgreSQL waits for the next word of a client, nobody waits for that client: whatever the agent does.

So a client that is stopped in the middle of an act (SIGSTOP, a laptop's lid, a dead line) holds up no colleague. The
proxy between the two looks each time the client has the word, and counts the round trips.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import psycopg
import pytest
from support.engines import wait_until
from support.postgres import Databases
from support.proxy import Proxy
from support.shop import SHOP, Shop

from omni_tui.desk import (
    agents,
    channels,
    composing,
    customer_edits,
    drafts,
    forwarding,
    held_files,
    macros,
    merging,
    new_drafts,
    replies,
    snippets,
    thread,
    triage,
    undo,
    view_edits,
    views,
)
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import SentFile
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import DraftMode
from omni_tui.model.events import Received
from omni_tui.model.ids import uuid7
from omni_tui.store import open_store

NOTE = SentFile("note.txt", "text/plain", b"Please look.")
PEOPLE = ("ana@post.example", "wei@post.example", "ole@post.example", "kim@post.example")
Act = Callable[[], object]
Acts = tuple[tuple[str, Act, int], ...]
"""What is done, in this order, each with the round trips it takes at most."""


class Watched:
    """A shop whose store is behind a proxy, and a look at what the server waits for."""

    def __init__(self, shop: Shop, proxy: Proxy, direct: str) -> None:
        self.shop = shop
        self.proxy = proxy
        self._look = psycopg.connect(direct, autocommit=True)
        self._looking = threading.Lock()
        self._waited_for = 0

    def rounds(self, act: Act) -> tuple[int, int]:
        """How many round trips it takes, and how often others would have waited for this client."""
        self.shop.store.data_version()
        before, self._waited_for = self.proxy.rounds, 0
        self.proxy.on_answer = self._seen
        try:
            act()
        finally:
            self.proxy.on_answer = None
        self.shop.store.data_version()
        return self.proxy.rounds - before, self._waited_for

    def _seen(self) -> None:
        with self._looking:
            if self._look.closed:
                return
            # Who has a transaction's number has written or locked something.
            held = self._look.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%' AND backend_xid IS NOT NULL"
            )
            self._waited_for += held.fetchall()[0][0]

    def close(self) -> None:
        with self._looking:
            self._look.close()
        self.shop.store.close()


@pytest.fixture
def watched(tmp_path: Path, database: str, databases: Databases) -> Iterator[Watched]:
    with Proxy(databases.port) as proxy:
        shop = Shop(tmp_path / "store", database.replace(f":{databases.port}/", f":{proxy.port}/"))
        channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))
        for author in PEOPLE:
            for words in ("Where is it?", "Hello?"):
                shop.receive(author, words, subject=words)
        made = Watched(shop, proxy, database)
        yield made
        made.close()


def ids_of(shop: Shop, address: str) -> list[str]:
    """The conversations of one customer, the older first."""
    return [row.id for row in sorted(shop.rows(), key=lambda row: row.ref) if row.address == address]


def newest_message(shop: Shop, id: str) -> str:
    return thread.open_thread(shop.store, shop.agent, id).messages[-1].id


def people(shop: Shop) -> Acts:
    store, agent = shop.store, shop.agent
    one, other, *_ = [
        next(row.customer_id for row in shop.rows() if row.address == address) for address in sorted(PEOPLE)
    ]
    return (
        ("merge customers", lambda: customer_edits.merge(store, agent, [one], other), 11),
        ("split customers", lambda: customer_edits.split(store, agent, other, sorted(PEOPLE)[0]), 7),
        ("rename", lambda: customer_edits.rename(store, agent, one, "Ana B"), 5),
        ("describe", lambda: customer_edits.describe(store, agent, one, "Likes tents."), 5),
        ("undo", lambda: undo.undo(store, agent), 7),
        ("redo", lambda: undo.redo(store, agent), 8),
    )


def kept_things(shop: Shop) -> Acts:
    store, agent = shop.store, shop.agent

    def view() -> views.View:
        return views.named(views.listed(store, agent), "late")

    view_edits.save(store, agent, "late", "tag:late")
    held = view()
    snippets.save(store, agent, "hi", "Hello")
    snippet = snippets.named(snippets.listed(store, agent), "hi", agent)
    macros.record(store, agent, "x", ["resolve"], UTC, {})
    return (
        ("save view", lambda: view_edits.save(store, agent, "new", "is:open"), 5),
        ("rename view", lambda: view_edits.rename(store, agent, held, "later"), 4),
        ("move view", lambda: view_edits.move(store, agent, held, 2), 3),
        ("hide view", lambda: view_edits.hide(store, agent, held), 3),
        ("undo", lambda: undo.undo(store, agent), 5),
        ("delete view", lambda: view_edits.delete(store, agent, held), 4),
        ("save snippet", lambda: snippets.save(store, agent, "bye", "Bye"), 3),
        ("change snippet", lambda: snippets.change(store, agent, snippet, "Hello!"), 4),
        ("record macro", lambda: macros.record(store, agent, "r", ["resolve"], UTC, {}), 1),
        ("forget macro", lambda: macros.forget(store, agent, "x"), 2),
    )


def conversations(shop: Shop) -> Acts:
    store, agent = shop.store, shop.agent
    first, second = ids_of(shop, PEOPLE[0])
    third, fourth = ids_of(shop, PEOPLE[1])
    fifth, sixth = ids_of(shop, PEOPLE[2])
    replies.reply(store, agent, third, "On its way.")
    last = newest_message(shop, third)
    moved = newest_message(shop, fourth)
    triage.tag(store, agent, [first, fifth], ["late"])
    drafts.save(store, agent, fifth, DraftMode.REPLY, "Well,")
    return (
        ("merge", lambda: merging.merge(store, agent, [first], second), 6),
        ("undo", lambda: undo.undo(store, agent), 10),
        ("redo", lambda: undo.redo(store, agent), 12),
        ("split", lambda: merging.split(store, agent, last), 5),
        ("undo", lambda: undo.undo(store, agent), 10),
        ("move", lambda: merging.move(store, agent, last, fourth), 6),
        ("move the last", lambda: merging.move(store, agent, moved, fifth), 9),
        ("merge with drafts", lambda: merging.merge(store, agent, [fifth], sixth), 7),
        ("undo", lambda: undo.undo(store, agent), 12),
    )


def letters(shop: Shop) -> Acts:
    store, agent = shop.store, shop.agent
    (id, _other) = ids_of(shop, PEOPLE[3])
    message, new_id = newest_message(shop, id), uuid7()
    fields = DraftFields(to="nina@new.example", subject="Your tent")
    held = held_files.attach(store, agent, id, [NOTE])
    kept = new_drafts.attach(store, agent, uuid7(), [NOTE])
    assert kept

    return (
        ("compose", lambda: composing.compose(store, agent, fields, "It is ready.", delay_ms=60_000), 2),
        ("undo", lambda: undo.undo(store, agent), 8),
        ("redo", lambda: undo.redo(store, agent), 8),
        ("compose to a known one", lambda: composing.compose(store, agent, fields, "It is.", files=[NOTE]), 2),
        ("keep a letter", lambda: new_drafts.save(store, agent, new_id, "Dear", fields), 3),
        ("attach to it", lambda: new_drafts.attach(store, agent, new_id, [NOTE]), 2),
        (
            "detach",
            lambda: new_drafts.detach(store, agent, new_id, new_drafts.files_of(store, new_id)[0].id),
            4,
        ),
        ("discard", lambda: new_drafts.discard(store, agent, new_id), 1),
        ("attach to a reply", lambda: held_files.attach(store, agent, id, [NOTE]), 3),
        ("detach from it", lambda: held_files.detach(store, agent, id, held[0].id), 2),
        ("attach to a forward", lambda: forwarding.attach(store, agent, id, [NOTE]), 2),
        ("forward", lambda: forwarding.forward(store, agent, message, ["ben@supplier.example"], delay_ms=60_000), 7),
        ("undo", lambda: undo.undo(store, agent), 9),
        ("redo", lambda: undo.redo(store, agent), 9),
        ("reply", lambda: replies.reply(store, agent, id, "Yes.", delay_ms=60_000), 3),
        ("undo", lambda: undo.undo(store, agent), 7),
        ("redo", lambda: undo.redo(store, agent), 9),
    )


def arriving(shop: Shop) -> Acts:
    store, agent = shop.store, shop.agent
    ids = [row.id for row in shop.rows()]
    mail = shop.mail(PEOPLE[0], "And now?")
    return (
        ("new mail of a known one", lambda: shop.take(Received(mail)), 3),
        ("new mail of somebody", lambda: shop.receive("new@post.example"), 3),
        ("an answer", lambda: shop.receive(PEOPLE[0], "Yes", reply_keys=(mail.key,)), 4),
        ("triage of many", lambda: triage.resolve(store, agent, ids), 2),
        ("undo of many", lambda: undo.undo(store, agent), 4),
        ("redo of many", lambda: undo.redo(store, agent), 5),
    )


@pytest.mark.parametrize("area", [people, kept_things, conversations, letters, arriving])
def test_nobody_waits_for_a_client(watched: Watched, area: Callable[[Shop], Acts]) -> None:
    for name, act, most in area(watched.shop):
        rounds, waited = watched.rounds(act)
        assert waited == 0, name
        assert rounds <= most, name


def test_a_number_that_others_took_meanwhile_is_not_given_twice(watched: Watched, database: str) -> None:
    """Conversations are begun by another client at each point of a split, and of a letter."""
    shop, fields = watched.shop, DraftFields(to="nina@new.example", subject="Your tent")
    with contextlib.closing(open_store(database)) as near:
        bo, done = agents.who(near, "bo"), []

        def interfere() -> None:
            if not done:
                done.append(composing.compose(near, bo, fields, "Hello"))

        for at, (id, _other) in enumerate(ids_of(shop, address) for address in PEOPLE):
            replies.reply(shop.store, shop.agent, id, "On its way.")
            message = newest_message(shop, id)
            done.clear()
            watched.proxy.on_answer = Countdown(at, interfere)
            split = merging.split(shop.store, shop.agent, message)
            made = composing.compose(shop.store, shop.agent, fields, "Hello")
            watched.proxy.on_answer = None
            # The answer it came before may be one that nobody waits for.
            wait_until(lambda: done)
            assert len(done) == 1
            refs = {row.id: row.ref for row in shop.rows()}
            assert made.conversation_id in refs
            with shop.store.read() as tx:
                told = tx.query(
                    "SELECT after_value FROM journal WHERE field = 'split_off' ORDER BY id DESC LIMIT 1", {}
                )
            assert told[0][0] == str(refs[split.changed[0]])
    numbers = [row.ref for row in shop.rows()]
    assert sorted(numbers) == list(range(1001, 1001 + len(numbers)))


class Countdown:
    """Does something once, after so many calls."""

    def __init__(self, calls: int, then: Act) -> None:
        self._left = calls
        self._then = then

    def __call__(self) -> None:
        self._left -= 1
        if self._left == -1:
            self._then()
