"""What is resolved may leave the channel's inbox: which messages, and that they did."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.store import Store

SINCE_MS = 7 * 24 * 3600 * 1000
"""What was resolved longer ago was put away, or shall stay: nobody finds a mailbox emptied by a new setting."""
AT_ONCE = 100


def due(store: Store, channel_id: str, stream: str) -> tuple[str, ...]:
    """Places of messages whose conversations an agent resolved lately."""
    with store.read() as tx:
        since = tx.now - SINCE_MS
        rows = tx.all("to_put_away", channel_id=channel_id, stream=stream, since=since, limit=AT_ONCE)
        return tuple(row["locator"] for row in rows)


def done(store: Store, epoch: int, channel_id: str, stream: str, locators: Sequence[str]) -> None:
    """They are no longer in the stream. Raises LeaseLost when ``epoch`` is no longer the engine's."""
    with store.write() as tx:
        tx.fence(epoch)
        tx.run_many("put_away", [{"channel_id": channel_id, "stream": stream, "locator": each} for each in locators])
