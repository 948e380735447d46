"""How often an agent's act goes to a PostgreSQL that is far away: the proxy between the two counts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.postgres import Databases
from support.proxy import Proxy
from support.shop import Shop

from omni_tui.desk import agents, customers, linking, merging, replies, thread, triage, undo
from omni_tui.model.address import Address
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.events import RemoteAttachment
from omni_tui.store import open_store
from omni_tui.store.feed import Feed


@pytest.fixture
def proxy(databases: Databases) -> Iterator[Proxy]:
    with Proxy(databases.port) as made:
        yield made


@pytest.fixture
def far(tmp_path: Path, database: str, databases: Databases, proxy: Proxy) -> Iterator[Shop]:
    """Three conversations with answers, files, tags and links, in a store behind the proxy."""
    shop = Shop(tmp_path / "store", database.replace(f":{databases.port}/", f":{proxy.port}/"))
    for author in ("ana@post.example", "wei@post.example", "ole@post.example"):
        file = RemoteAttachment(name="a.pdf", mime="application/pdf", size=3, part="2")
        shop.receive(Address(author, author[:3].title()), "Where is it?", attachments=(file,))
    ids = [row.id for row in shop.rows()]
    for id in ids:
        replies.reply(shop.store, shop.agent, id, "On its way.")
    triage.tag(shop.store, shop.agent, ids, ["parcel", "late"])
    linking.link(shop.store, shop.agent, ids[:1], ids[1])
    for id in ids:
        # What a connection does for the first time is not what is counted.
        thread.open_thread(shop.store, shop.agent, id)
    yield shop
    shop.store.close()


def rounds(far: Shop, proxy: Proxy, act: Callable[[], object]) -> int:
    far.store.data_version()
    before = proxy.rounds
    act()
    # By now the answers that nobody waited for were heard, too.
    far.store.data_version()
    return proxy.rounds - before


def row_of(far: Shop, name: str) -> ConversationRow:
    (row,) = (row for row in far.rows() if row.customer == name)
    return row


def test_a_thread_is_two_questions_and_a_goodbye(far: Shop, proxy: Proxy) -> None:
    for row in far.rows():
        assert rounds(far, proxy, lambda row=row: thread.open_thread(far.store, far.agent, row.id)) <= 3  # type: ignore[misc]


def test_one_that_was_merged_is_found_with_one_question_more(far: Shop, proxy: Proxy) -> None:
    ana, wei = row_of(far, "Ana").id, row_of(far, "Wei").id
    merging.merge(far.store, far.agent, [ana], wei)
    assert rounds(far, proxy, lambda: thread.open_thread(far.store, far.agent, ana)) <= 4


def test_a_customers_card_is_one_question_and_a_goodbye(far: Shop, proxy: Proxy) -> None:
    id = row_of(far, "Ana").customer_id
    assert rounds(far, proxy, lambda: customers.card(far.store, id)) <= 2


def test_triage_is_a_question_without_the_lock_and_a_commit_however_many_conversations(far: Shop, proxy: Proxy) -> None:
    store, agent, ids = far.store, far.agent, [row.id for row in far.rows()]
    acts: tuple[Callable[[], object], ...] = (
        lambda: triage.tag(store, agent, ids, ["new", "other", "late"]),
        lambda: triage.untag(store, agent, ids, ["new", "late"]),
        lambda: triage.take(store, agent, ids),
        lambda: triage.unassign(store, agent, ids),
        lambda: triage.resolve(store, agent, ids),
        lambda: triage.reopen(store, agent, ids),
        lambda: triage.priority(store, agent, ids, "high"),
    )
    for act in acts:
        assert rounds(far, proxy, act) <= 2


def test_an_answer_is_two_questions_and_a_commit_and_a_note_one(far: Shop, proxy: Proxy) -> None:
    row = row_of(far, "Wei")
    shown = [party.address for party in thread.open_thread(far.store, far.agent, row.id).reply.to]
    assert rounds(far, proxy, lambda: replies.reply(far.store, far.agent, row.id, "Yes.", seen_to=shown)) <= 3
    assert rounds(far, proxy, lambda: replies.note(far.store, far.agent, row.id, "Called.")) <= 2


def test_what_is_shown_need_not_be_asked_again(far: Shop, proxy: Proxy) -> None:
    """One round trip, whatever the line: all that decides it is asked again where it is stored."""
    store, agent, id = far.store, far.agent, row_of(far, "Wei").id
    acts: tuple[Callable[[], object], ...] = (
        lambda: triage.take(store, agent, [id]),
        lambda: triage.priority(store, agent, [id], "high"),
        lambda: triage.snooze(store, agent, [id], far.now() + 60_000),
        lambda: triage.resolve(store, agent, [id]),
        lambda: triage.unassign(store, agent, [id]),
        lambda: replies.note(store, agent, id, "Called."),
        lambda: replies.reply(store, agent, id, "Yes."),
    )
    for number, act in enumerate(acts):
        thread.open_thread(store, agent, id)
        # Whether the moment to come is one is asked beforehand: a question and a goodbye.
        assert rounds(far, proxy, act) <= (3 if number == 2 else 1)


def test_undo_is_some_questions_and_a_commit(far: Shop, proxy: Proxy) -> None:
    store, agent, id = far.store, far.agent, row_of(far, "Wei").id
    for act in (triage.take, triage.resolve):
        act(store, agent, [id])
        assert rounds(far, proxy, lambda: undo.undo(store, agent)) <= 6
        assert rounds(far, proxy, lambda: undo.redo(store, agent)) <= 6


def test_what_is_shown_no_longer_costs_a_second_try(far: Shop, proxy: Proxy, databases: Databases) -> None:
    store, agent, id = far.store, far.agent, row_of(far, "Wei").id
    thread.open_thread(store, agent, id)
    with contextlib.closing(open_store(str(store.location).replace(f":{proxy.port}/", f":{databases.port}/"))) as near:
        bo = agents.who(near, "bo", "Bo")
        triage.take(near, bo, [id])
        assert triage.take(store, agent, [id]).replaced == ("#1002 was bo's.",)
        # That there is nothing to do is not believed either.
        triage.resolve(store, agent, [id])
        thread.open_thread(store, agent, id)
        triage.reopen(near, bo, [id])
        assert triage.resolve(store, agent, [id]).changed == (id,)
        # What the feed told of is not believed any more.
        thread.open_thread(store, agent, id)
        feed = Feed(store)
        triage.priority(near, bo, [id], "urgent")
        found = None
        while found is None:
            found = feed.poll(store)
        assert rounds(far, proxy, lambda: triage.reopen(store, agent, [id])) <= 2


def test_nobody_waits_to_hear_that_a_snapshot_is_gone(far: Shop, proxy: Proxy) -> None:
    row = row_of(far, "Wei")
    with far.store.read() as tx:
        assert tx.one("conversation", id=row.id) is not None
        proxy.frozen = True
    proxy.frozen = False
    assert row_of(far, "Wei").id == row.id
