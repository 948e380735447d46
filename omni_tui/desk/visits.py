"""Which page of the shop a live chat's customer has open: kept with their last message, the last few pages only."""

from __future__ import annotations

from dataclasses import replace

from omni_tui.model.events import Visited
from omni_tui.model.facts import PageSeen, Visit
from omni_tui.store import Row, Tx, Writer
from omni_tui.store.facts import facts_from, facts_json
from omni_tui.text.clean import storable_line

MOST_PAGES = 5
_LONGEST_PAGE, _LONGEST_TITLE = 1_000, 200


def visited(tx: Writer, channel: Row, event: Visited) -> None:
    """Note where the customer of a conversation is; of somebody who wrote nothing yet there is none."""
    last = _last_message(tx, channel, event.key)
    if last is None:
        return
    facts = facts_from(last["facts"])
    visit = facts.visit or Visit()
    found = _followed(visit, event)
    if found != visit:
        tx.run("set_facts", id=last["id"], facts=facts_json(replace(facts, visit=found)))
        tx.changed("conversation", last["conversation_id"])


def _last_message(tx: Tx, channel: Row, key: str) -> Row | None:
    rows = tx.all("keyed_conversations", channel_id=channel["id"], reply_key=key)
    newest = max(rows, key=lambda row: row["last_at"], default=None)
    return (
        tx.one("last_keyed", id=newest["conversation_id"], channel_id=channel["id"], reply_key=key) if newest else None
    )


def _followed(visit: Visit, event: Visited) -> Visit:
    """The visit with one more page, or with its end."""
    if not event.here:
        return replace(visit, left_at=event.since)
    page = PageSeen(storable_line(event.page[:_LONGEST_PAGE]), storable_line(event.title[:_LONGEST_TITLE]), event.since)
    there = visit.trail[0] if visit.trail else PageSeen(visit.page, visit.title)
    if visit.left_at or (page.page, page.title) != (there.page, there.title):
        return replace(visit, trail=(page, *visit.trail)[:MOST_PAGES], left_at=0)
    return visit
