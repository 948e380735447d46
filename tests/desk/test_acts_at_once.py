"""Five agents at one conversation at the same moment: nothing is lost, nothing doubled, nothing overwritten unseen."""

from __future__ import annotations

import contextlib
import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support.shop import Shop

from omni_tui.desk import agents, replies, thread, triage
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
