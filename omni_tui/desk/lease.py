"""The engine's lease: exactly one engine works per store, and its epoch fences what it writes."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.store import Store

NAME = "engine"


@dataclass(frozen=True, slots=True)
class LeaseHolder:
    """Who works, and until when unless renewed."""

    owner: str
    until: int


def take(store: Store, owner: str, ttl_ms: int) -> int | None:
    """The new epoch, or None while another engine holds the lease."""
    with store.write_durable() as tx:
        epoch = tx.value("take_lease", name=NAME, owner=owner, until=tx.now + ttl_ms, now=tx.now)
        if epoch is not None:
            tx.changed("lease", NAME)
        return None if epoch is None else int(epoch)


def renew(store: Store, owner: str, epoch: int, ttl_ms: int) -> bool:
    """Hold it longer, also when it ran out and nobody took it; False if it was lost."""
    with store.write() as tx:
        held = tx.value("renew_lease", name=NAME, owner=owner, epoch=epoch, until=tx.now + ttl_ms)
        return held is not None


def release(store: Store, owner: str, epoch: int) -> None:
    """Let another engine begin at once."""
    with store.write_durable() as tx:
        if tx.touched("release_lease", name=NAME, owner=owner, epoch=epoch):
            tx.changed("lease", NAME)


def holder(store: Store) -> LeaseHolder | None:
    """Who holds the lease now, if anybody."""
    with store.read() as tx:
        row = tx.one("lease", name=NAME)
        if row is None or row["until_at"] <= tx.now:
            return None
        return LeaseHolder(row["owner"], row["until_at"])
