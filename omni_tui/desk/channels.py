"""Channels as the store knows them: registered by the engine, read by every skin."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from omni_tui.model.channel import ChannelRow
from omni_tui.model.enums import Health
from omni_tui.model.errors import NotFound
from omni_tui.model.ids import uuid7
from omni_tui.store import Store
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.model.capabilities import Capabilities


def register(
    store: Store, name: str, kind: str, address: str, capabilities: Capabilities, aliases: Sequence[str] = ()
) -> str:
    """The channel's id, made if new; what it can do, and its further addresses, are kept up to date."""
    able = json.dumps(dataclasses.asdict(capabilities), sort_keys=True)
    others = json.dumps([each for each in aliases if each != address], ensure_ascii=False)
    with store.write() as tx:
        row = tx.one("channel_by_name", name=name)
        if row is None:
            id = uuid7()
            tx.run(
                "insert_channel",
                id=id,
                name=name,
                kind=kind,
                address=address,
                aliases=others,
                capabilities=able,
                now=tx.now,
            )
            tx.changed("channel", id)
            return id
        id = str(row["id"])
        if tx.touched("update_channel", id=id, kind=kind, address=address, aliases=others, capabilities=able):
            tx.changed("channel", id)
        return id


def forget(store: Store, name: str) -> None:
    """Stop showing a channel. Its conversations stay; what was still to leave by it fails, for a person to decide."""
    with store.write_durable() as tx:
        row = tx.one("channel_by_name", name=name)
        if row is None:
            raise NotFound(_("There is no channel {name}.").format(name=name))
        tx.run("remove_channel", id=row["id"], now=tx.now)
        why = _("Channel {name} was removed before this left.").format(name=name)
        for out in tx.all("fail_queued", channel_id=row["id"], error=why, now=tx.now):
            tx.changed("conversation", out["conversation_id"])
            tx.changed("outbox", out["id"])
        tx.changed("channel", row["id"])


def cursor(store: Store, channel_id: str, stream: str) -> str | None:
    """Where reading a stream goes on; None before the first time."""
    with store.read() as tx:
        found = tx.value("cursor", channel_id=channel_id, stream=stream)
        return None if found is None else str(found)


def health(
    store: Store, epoch: int, channel_id: str, health: Health, *, error: str = "", next_try_at: int | None = None
) -> None:
    """Note how a channel is doing; no change row when it is as before."""
    with store.write() as tx:
        tx.fence(epoch)
        if tx.value("set_health", id=channel_id, health=health.value, error=error, next_try_at=next_try_at, now=tx.now):
            tx.changed("channel", channel_id)


def listed(store: Store) -> tuple[ChannelRow, ...]:
    """Every channel with its health and how far its first sync is."""
    with store.read() as tx:
        return tuple(
            ChannelRow(
                id=row["id"],
                name=row["name"],
                kind=row["kind"],
                address=row["address"],
                health=Health(row["health"]),
                error=row["error"],
                next_try_at=row["next_try_at"],
                done=row["done"],
                total=row["total"],
                checked_at=row["checked_at"],
            )
            for row in tx.all("channels")
        )
