"""Blocked senders: what comes from their addresses arrives as spam and calls nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni_tui.desk.acts import Act
from omni_tui.desk.changing import Tally, merged, record_fields
from omni_tui.desk.conversation_state import conversation
from omni_tui.desk.identity import normalised
from omni_tui.desk.triage import OPEN, SPAM
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import NotFound
from omni_tui.model.outcome import Outcome
from omni_tui.store import Row, Store, Writer
from omni_tui.text.i18n import _

BLOCKED = "blocked"
"""The journal's field of an identity: since when it is blocked, in epoch milliseconds."""


@dataclass(frozen=True, slots=True)
class BlockedSender:
    """An address that is blocked. ``kind`` is that of the address (``email``, ``chat``…)."""

    kind: str
    address: str
    name: str
    blocked_at: int


def block(store: Store, agent: Agent, ids: Sequence[str]) -> Outcome:
    """Block who wrote last in each conversation, and call it spam."""
    return _turn(store, agent, "block", ids)


def unblock(store: Store, agent: Agent, ids: Sequence[str]) -> Outcome:
    """Let who wrote last in each conversation write again; one that is spam comes into the inbox."""
    return _turn(store, agent, "unblock", ids)


def unblock_address(store: Store, agent: Agent, address: str) -> Outcome:
    """The same by an address; its conversations stay where they are. Raises NotFound for one that is not blocked."""

    def unblocked(tx: Writer) -> Outcome:
        act = Act(tx, "unblock", agent)
        found = [row for row in tx.all("blocked_identities") if _is(row, address)]
        if not found:
            raise NotFound(
                _("{address} is not blocked.").format(address=address), _("omni-tui blocked shows who is blocked.")
            )
        for row in found:
            _set(tx, act, row, "", None)
        return Outcome("unblock", (), (), act.id)

    return store.act(unblocked)


def blocked(store: Store) -> tuple[BlockedSender, ...]:
    """Every blocked address, the newest first."""
    with store.read() as tx:
        return tuple(
            BlockedSender(row["kind"], row["value"], row["name"], row["blocked_at"])
            for row in tx.all("blocked_identities")
        )


def put_back(tx: Writer, row: Row, expected: str | None, wanted: str | None) -> bool:
    """Undo or redo one change of an identity; False if somebody changed it since."""
    held = tx.one("identity_by_id", id=row["entity_id"])
    if held is None or _text(held["blocked_at"]) != expected:
        return False
    tx.run("set_blocked", id=row["entity_id"], at=int(wanted) if wanted is not None else None)
    return True


def _turn(store: Store, agent: Agent, verb: str, ids: Sequence[str]) -> Outcome:
    blocks = verb == "block"

    def turned_over(tx: Writer) -> Outcome:
        tally = Tally()
        act = Act(tx, verb, agent)
        for id in dict.fromkeys(ids):
            row = conversation(tx, id)
            writer = tx.one("writer_of", id=id)
            if why := merged(tx, row):
                tally.left[id] = why
                continue
            if writer is None:
                tally.left[id] = _("#{ref} has no sender whose address is known.").format(ref=row["ref"])
                continue
            turned = (writer["blocked_at"] is None) is blocks
            if turned:
                _set(tx, act, writer, id, tx.now if blocks else None)
            fields = SPAM if blocks else OPEN if row["status"] == "spam" else {}
            differing = {field: value for field, value in fields.items() if row[field] != value}
            record_fields(tx, act, row, differing)
            tally.did(id, turned or bool(differing))
        return tally.outcome(verb, act)

    return store.act(turned_over)


def _set(tx: Writer, act: Act, identity: Row, conversation_id: str, at: int | None) -> None:
    act.record("identity", identity["id"], conversation_id, BLOCKED, identity["blocked_at"], at)
    tx.run("set_blocked", id=identity["id"], at=at)


def _is(row: Row, address: str) -> bool:
    return normalised(row["kind"], row["value"])[1] == normalised(row["kind"], address)[1] != ""


def _text(value: object) -> str | None:
    return None if value is None else str(value)
