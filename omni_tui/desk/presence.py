"""Who writes just now, and what was seen: said through the change feed and to the channels, stored as no message.

A change of the kind :data:`WRITES` or :data:`RESTS` names a conversation whose customer began or ended to write;
one of the kind :data:`ANSWERS` names a conversation and the agent who writes there.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from omni_tui.desk.recipients import reply_recipients
from omni_tui.model.commands import MarkRead, ShowAnswer, ShowTyping
from omni_tui.model.conversation import Agent
from omni_tui.store import Store, Writer

WRITES, RESTS, ANSWERS = "writes", "rests", "answers"
SEEN = "seen"
"""The stream whose cursor is up to when a channel was told what agents have seen."""
LASTS_MS = 8_000
"""Who has not said again for so long that they write, does not."""
AGAIN_MS = 4_000
"""How often it is said at most."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel is to show its customer, of something that happened ``at``."""

    command: MarkRead | ShowAnswer
    at: int


def customer_types(tx: Writer, channel_id: str, key: str, on: bool) -> None:
    """The customer of the conversation that ``key`` names writes, or no longer does."""
    rows = tx.all("keyed_conversations", channel_id=channel_id, reply_key=key)
    newest = max(rows, key=lambda row: row["last_at"], default=None)
    if newest is not None:
        tx.changed(WRITES if on else RESTS, newest["conversation_id"])


def agent_types(store: Store, agent: Agent, conversation_id: str) -> None:
    """``agent`` writes an answer there: the engine tells the customer."""
    store.act(lambda tx: tx.changed(ANSWERS, f"{conversation_id} {agent.id}"))


def typing_command(store: Store, channel_id: str, change: str) -> ShowTyping | None:
    """What the channel is to show for a change of the kind ``ANSWERS``; None where it does not concern the channel."""
    conversation_id, _space, agent_id = change.partition(" ")
    with store.read() as tx:
        channel = tx.one("channel", id=channel_id)
        agent = next((row for row in tx.all("agents") if row["id"] == agent_id), None)
        if channel is None or agent is None:
            return None
        last = tx.one("last_inbound", id=conversation_id, kind=channel["kind"])
        if last is None or last["channel_id"] != channel_id:
            return None
        to = reply_recipients(tx, conversation_id, channel["kind"])
        return ShowTyping(to, tuple(json.loads(last["reply_keys"])), agent["name"])


def seen_since(
    store: Store, channel_id: str, since: int, conversations: Collection[str] | None = None
) -> tuple[Told, ...]:
    """What agents opened after ``since``, oldest first: the customer's newest message of each, among ``conversations``
    or (None) in the whole store."""
    with store.read() as tx:
        if conversations is None:
            rows = tx.all("seen_conversations", since=since)
        else:
            found = (tx.one("conversation", id=id) for id in conversations)
            rows = [row for row in found if row is not None and (row["seen_at"] or 0) > since]
        seen = []
        for row in sorted(rows, key=lambda row: (row["seen_at"], row["id"])):
            key = tx.value("newest_seen_key", id=row["id"], channel_id=channel_id, at=row["seen_at"])
            if key is not None:
                seen.append(Told(MarkRead("", "", key), row["seen_at"]))
        return tuple(seen)


def told_until(store: Store, channel_id: str, stream: str = SEEN) -> int | None:
    """Up to when the channel was told what ``stream`` names; None if it never was."""
    with store.read() as tx:
        cursor = tx.value("cursor", channel_id=channel_id, stream=stream)
    return None if cursor is None else int(cursor)


def told(store: Store, epoch: int, channel_id: str, until: int | None = None, stream: str = SEEN) -> int:
    """The channel knows what ``stream`` names up to ``until`` (None: up to now), which is returned."""
    with store.write() as tx:
        tx.fence(epoch)
        at = tx.now if until is None else until
        tx.run("set_cursor", channel_id=channel_id, stream=stream, cursor=str(at), done=None, total=None, now=tx.now)
    return at
