"""Five agents at one conversation at the same moment: nothing is lost, nothing doubled, nothing overwritten unseen."""

from __future__ import annotations

import contextlib
import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support.shop import SHOP, Shop

from omni_tui.desk import (
    agents,
    channels,
    composing,
    customer_edits,
    forwarding,
    merging,
    replies,
    snippets,
    store_checks,
    thread,
    triage,
    undo,
    view_edits,
)
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import Direction
from omni_tui.model.errors import Conflict, NotFound, UsageError
from omni_tui.store import open_store

AGENTS = 5
ACTS = 14


def test_five_at_once(tmp_path: Path, location: Path | str) -> None:
    shop = Shop(tmp_path, location)
    shop.receive("wei@post.example", "Where is it?")
    (row,) = shop.rows()

    def work(number: int) -> int:
        dice, notes = random.Random(number), 0
        with contextlib.closing(open_store(shop.store.location)) as store:
            agent = agents.who(store, f"agent{number}")
            for act in range(ACTS):
                if dice.random() < 0.5:
                    # Decided on what is shown, which may be another by then.
                    thread.open_thread(store, agent, row.id)
                match dice.randrange(6):
                    case 0:
                        triage.take(store, agent, [row.id])
                    case 1:
                        triage.resolve(store, agent, [row.id])
                    case 2:
                        triage.reopen(store, agent, [row.id])
                    case 3:
                        triage.priority(store, agent, [row.id], dice.choice(["low", "high", "urgent"]))
                    case 4:
                        triage.tag(store, agent, [row.id], [f"tag{number}-{act}"])
                    case 5:
                        replies.note(store, agent, row.id, f"note {number} {act}")
                        notes += 1
        return notes

    with shop.store.read() as tx:
        before = int(tx.value("counter", name="act"))
    with ThreadPoolExecutor(AGENTS) as pool:
        notes = sum(pool.map(work, range(AGENTS)))
    with shop.store.read() as tx:
        changes = [each[0] for each in tx.query("SELECT seq FROM changes ORDER BY seq", {})]
        acts = [
            each[0] for each in tx.query("SELECT seq FROM acts WHERE seq > :before ORDER BY seq", {"before": before})
        ]
        journal = tx.query(
            "SELECT j.field, j.before_value, j.after_value FROM journal j JOIN acts a ON a.id = j.act_id"
            " WHERE j.entity = 'conversation' ORDER BY a.seq, j.id",
            {},
        )
        said = [each[0] for each in tx.query("SELECT body FROM messages WHERE direction = 'note'", {})]
        ((docs, messages),) = tx.query(
            "SELECT (SELECT count(*) FROM search_docs WHERE kind = 'message'), count(*) FROM messages", {}
        )
        tags = [each[0] for each in tx.query("SELECT name FROM tags", {})]
        stands = tx.one("conversation", id=row.id)
        assert changes == list(range(1, int(tx.value("counter", name="change")) + 1))
        assert acts == list(range(before + 1, int(tx.value("counter", name="act")) + 1))
    assert len(said) == len(set(said)) == notes
    assert docs == messages
    assert stands is not None
    # Each change of a field began where the one before it ended, and the last one is what stands.
    ends: dict[str, str | None] = defaultdict(lambda: None)
    for field, first, last in journal:
        if field == "tag":
            assert last in tags
            continue
        if field in ends:
            assert first == ends[field]
        ends[field] = last
    for field, last in ends.items():
        assert (None if stands[field] is None else str(stands[field])) == last
    shop.store.close()


def test_merging_splitting_and_writing_at_once(tmp_path: Path, location: Path | str) -> None:
    """Three agents turn the same few conversations and customers over; what each of them wrote is there once."""
    shop = Shop(tmp_path, location)
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))
    people = ("wei@post.example", "ole@post.example", "kim@post.example")
    for author in people:
        for words in ("Where is it?", "Hello?"):
            shop.receive(author, f"{words} {author}", subject=words)
    received = [f"{words} {author}" for author in people for words in ("Where is it?", "Hello?")]

    def work(number: int) -> list[str]:
        dice, said = random.Random(number), []
        with contextlib.closing(open_store(shop.store.location)) as store:
            agent = agents.who(store, f"agent{number}")
            fields = DraftFields(to=f"new{number}@post.example", subject="News")
            for act in range(10):
                ids = [row.id for row in shop.rows()]
                one, other = dice.choice(ids), dice.choice(ids)
                open_one = thread.open_thread(store, agent, one)
                messages = [each.id for each in open_one.messages if each.direction is not Direction.EVENT]
                words = f"said {number} {act}"
                with contextlib.suppress(Conflict, NotFound, UsageError):
                    match dice.randrange(10):
                        case 0 | 1:
                            merging.merge(store, agent, [one], other)
                        case 2:
                            merging.split(store, agent, dice.choice(messages))
                        case 3:
                            merging.move(store, agent, dice.choice(messages), other)
                        case 4:
                            customer_edits.merge(store, agent, [dice.choice(shop.rows()).customer_id], _customer(shop))
                        case 5:
                            undo.undo(store, agent)
                        case 6:
                            composing.compose(store, agent, fields, words)
                            said.append(words)
                        case 7:
                            forwarding.forward(store, agent, dice.choice(messages), ["ben@post.example"], words)
                            said.append(words)
                        case 8:
                            replies.note(store, agent, one, words)
                            said.append(words)
                        case 9:
                            view_edits.save(store, agent, words, "is:open", shared=True)
                            snippets.save(store, agent, "same", words, shared=True)
        return said

    with ThreadPoolExecutor(3) as pool:
        said = [words for each in pool.map(work, range(3)) for words in each]
    with shop.store.read() as tx:
        bodies = [row[0] for row in tx.query("SELECT body FROM messages", {})]
        refs = [row[0] for row in tx.query("SELECT ref FROM conversations ORDER BY ref", {})]
        changes = [row[0] for row in tx.query("SELECT seq FROM changes ORDER BY seq", {})]
        acts = [row[0] for row in tx.query("SELECT seq FROM acts ORDER BY seq", {})]
        same = tx.query("SELECT count(*) FROM snippets WHERE name = 'same' AND deleted_at IS NULL", {})
        lost = tx.query(
            "SELECT m.id FROM messages m JOIN conversations v ON v.id = m.conversation_id"
            " WHERE v.merged_into IS NOT NULL",
            {},
        )
        assert acts == list(range(1, int(tx.value("counter", name="act")) + 1))
        assert changes == list(range(1, int(tx.value("counter", name="change")) + 1))
    # One that was called back is there, hidden, or a draft again.
    assert len(bodies) == len(set(bodies))
    assert set(received) <= set(bodies) <= {*received, *said}
    assert len(set(refs)) == len(refs)
    assert lost == []
    assert same[0][0] <= 1
    assert [looked for looked in store_checks.look(shop.store) if looked.count] == []
    shop.store.close()


def _customer(shop: Shop) -> str:
    return min(row.customer_id for row in shop.rows())
