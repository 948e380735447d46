"""A small inbox whose every visible part can be compared, and the acts that random tests do to it."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from datetime import UTC

from omni_tui.desk import (
    blocking,
    channels,
    drafts,
    held_files,
    history,
    linking,
    macros,
    merging,
    replies,
    store_checks,
    thread,
    triage,
    undo,
)
from omni_tui.desk.macros import Macro
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import SentFile
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import Direction, DraftMode
from omni_tui.model.errors import OmniError
from support.shop import DAY, SHOP, Shop

CARL = Address("carl@post.example", "Carl")
MACRO = Macro("m", ("tag odd", "priority high", "take", "snooze 2d", "resolve"), False)
ACTS = (
    "merge", "merge3", "split", "move", "link", "unlink", "tag", "untag", "priority", "resolve", "reopen", "snooze",
    "spam", "not_spam", "trash", "block", "unblock", "take", "unassign", "unread", "macro",
)  # fmt: skip
"""Acts that undo takes back without a trace."""


def inhabited(shop: Shop) -> None:
    """Three customers in four conversations, one with a history, with notes and drafts."""
    first = shop.receive("lena@post.example", "L one", subject="Parcel")
    for word in ("two", "three"):
        shop.receive("lena@post.example", f"L {word}", reply_keys=(first.key,))
    shop.receive("lena@post.example", "M one", subject="Lamp")
    ben = shop.receive("ben@post.example", "B one", subject="Bill", cc=(CARL,))
    shop.receive("carl@post.example", "B two", reply_keys=(ben.key,))
    shop.receive("dora@post.example", "D one", subject="Door")
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))
    for n, row in enumerate(shop.rows()):
        if n % 2:
            held_files.attach(shop.store, shop.agent, row.id, [SentFile(f"file {n}", "text/plain", b"x")])
        if n == 3:
            continue  # files alone
        replies.note(shop.store, shop.agent, row.id, f"note {n}")
        drafts.save(shop.store, shop.agent, row.id, DraftMode.REPLY, f"draft {n}")


def act(shop: Shop, agent: Agent, name: str, a: int, b: int) -> None:
    """Do one act as ``agent``; ``a`` and ``b`` choose what it is done to. What is refused is refused."""
    store, rows = shop.store, sorted(shop.rows(), key=lambda row: row.ref)
    one, other = rows[a % len(rows)], rows[b % len(rows)]
    ids = [one.id, other.id]
    with contextlib.suppress(OmniError):
        match name:
            case "merge":
                merging.merge(store, agent, [one.id], other.id)
            case "merge3":
                merging.merge(store, agent, [*ids, rows[(a + b) % len(rows)].id])
            case "split" | "move":
                written = [
                    m for m in thread.open_thread(store, agent, one.id).messages if m.direction is not Direction.EVENT
                ]
                message = written[b % len(written)]
                if name == "split":
                    merging.split(store, agent, message.id)
                else:
                    merging.move(store, agent, message.id, rows[(a + b) % len(rows)].id)
            case "link":
                linking.link(store, agent, [one.id], other.id)
            case "unlink":
                linking.unlink(store, agent, [one.id], other.id)
            case "tag" | "untag":
                getattr(triage, name)(store, agent, ids, [f"t{b % 3}"])
            case "priority":
                triage.priority(store, agent, ids, ("low", "normal", "high", "urgent")[b % 4])
            case "snooze":
                triage.snooze(store, agent, ids, shop.now() + DAY * (1 + b % 5))
            case "block" | "unblock":
                getattr(blocking, name)(store, agent, ids)
            case "macro":
                macros.run(store, agent, ids, MACRO, UTC)
            case "draft":
                drafts.save(store, agent, one.id, DraftMode.REPLY, f"draft of {agent.login} {a} {b}")
            case "file":
                held_files.attach(store, agent, one.id, [SentFile(f"file {a} {b}", "text/plain", b"x")])
            case "note":
                replies.note(store, agent, one.id, f"a note {a} {b}")
            case "mail":
                shop.receive("lena@post.example", "again", subject=f"[#{1001 + a % 6}]", vouched=True)
            case "undo_act" | "redo_act":
                done = [each for each in history.acts(store, agent, one.id) if not each.why_not]
                getattr(undo, name)(store, agent, done[b % len(done)].id if done else "0")
            case "undo" | "redo":
                getattr(undo, name)(store, agent)
            case _:
                getattr(triage, name)(store, agent, ids)


def visible(shop: Shop, agent: Agent) -> dict[int, object]:
    """Everything an agent sees, and who may join which conversation."""
    rows = shop.rows()
    with shop.store.read() as tx:
        people = {row.id: sorted(each["address"] for each in tx.all("participants", id=row.id)) for row in rows}
    seen: dict[int, object] = {}
    for row in rows:
        opened = thread.open_thread(shop.store, agent, row.id)
        seen[row.ref] = (
            # Tags are a set: in which order they came is not what undo is about.
            row.status, row.snoozed_until, row.priority, row.assignee, row.unread, sorted(row.tags), row.subject,
            row.snippet, row.last_at, row.waiting_since, row.customer, row.draft, people[row.id], opened.related,
            [file.name for file in held_files.held(shop.store, agent, row.id)],
            [(m.id, m.text) for m in opened.messages if m.direction is not Direction.EVENT],
        )  # fmt: skip
    texts = sorted((each.conversation_id, each.mode, each.body) for each in drafts.mine(shop.store, agent))
    return {**seen, 0: texts, 1: [each.address for each in blocking.blocked(shop.store)]}


def _listed(parties: dict[str, list[list[str]]]) -> list[str]:
    return [party[0] for group in ("to", "cc") for party in parties.get(group, ())]


def whole(shop: Shop) -> None:
    """Every message is in one conversation that stands by itself, with all that hangs on it; nothing is astray."""
    with shop.store.read() as tx:
        messages = tx.query("SELECT id, conversation_id, direction, deleted_at FROM messages", {})
        standing = {row[0] for row in tx.query("SELECT id FROM conversations WHERE merged_into IS NULL", {})}
        merged = tx.query("SELECT id, status FROM conversations WHERE merged_into IS NOT NULL", {})
        where = {row["id"]: row["conversation_id"] for row in messages}
        for table in ("message_keys", "outbox"):
            for row in tx.query(f"SELECT message_id, conversation_id FROM {table}", {}):
                assert where[row[0]] == row[1], table
        for row in tx.query("SELECT entity_id, conversation_id FROM search_docs WHERE kind = 'message'", {}):
            assert where[row[0]] == row[1]
        for row in merged:
            assert row["status"] == "trash"
            assert tx.value("conversation_root", id=row["id"]) in standing
        for id in standing:
            said = {row["address"] for row in tx.all("participants", id=id)}
            parties = {
                address
                for row in tx.all("parties_in", id=id)
                for address in (row["from_address"], *_listed(json.loads(row["parties"])))
            }
            assert said <= parties
    assert set(where.values()) <= standing
    found = [looked for looked in store_checks.look(shop.store) if looked.count]
    assert found == []
    shown = Counter(
        message.id
        for row in shop.rows()
        for message in thread.open_thread(shop.store, shop.agent, row.id, limit=500).messages
        if message.direction is not Direction.EVENT
    )
    assert shown == Counter(row["id"] for row in messages if row["deleted_at"] is None or row["direction"] == "inbound")
