"""Answers given by mail that a live chat shows to the visitor whose message they answer.

A chat stays open in a browser that others may use, and its visitor need not be whoever reads the mail. So it shows an
answer only where all the customer wrote in the conversation came from this one visitor of the chat, and only if it
went to nobody but addresses that this visitor named or has proven. Once anything comes in by mail, no more is shown.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from omni_tui.desk.claims import CLAIM
from omni_tui.desk.presence import Told
from omni_tui.desk.roots import root_of
from omni_tui.model.commands import ShowAnswer
from omni_tui.model.ids import first_id_of
from omni_tui.store import Row, Store, Tx
from omni_tui.store.facts import facts_from
from omni_tui.store.messages import addresses
from omni_tui.text.address import normalise_email

ANSWERED = "answered"
"""The stream whose cursor is up to when the chat was told of answers."""
_PUT_OFF_MS = 30 * 24 * 3600 * 1000
"""An answer that waited longer before it left is told by its change alone, not where the whole store is looked at."""


@dataclass(frozen=True, slots=True)
class _Visitor:
    """Whose chat a conversation is: the names an answer goes by, and the addresses that are theirs as far as known."""

    reply_keys: tuple[str, ...]
    mails: frozenset[str]


def shown_since(
    store: Store, channel_id: str, since: int, conversations: Collection[str] | None = None
) -> tuple[Told, ...]:
    """The answers sent by other channels after ``since`` that the chat shows: those of ``conversations``, or (None) of
    the whole store."""
    with store.read() as tx:
        channel = tx.one("channel", id=channel_id)
        if channel is None:
            return ()
        if conversations is None:
            first = first_id_of(max(0, since - _PUT_OFF_MS))
            rows = tx.all("answered_since", since=since, first=first, channel_id=channel_id)
            conversations = [row["conversation_id"] for row in rows]
        found = []
        for id in conversations:
            answers = tx.all("answers_by_others", id=id, since=since, channel_id=channel_id)
            visitor = _visitor(tx, channel, id) if answers else None
            if visitor is not None:
                found += [Told(_command(row, visitor), row["at"]) for row in answers if _went_to(row, visitor)]
        return tuple(sorted(found, key=lambda told: (told.at, told.command.key)))


def _visitor(tx: Tx, channel: Row, conversation_id: str) -> _Visitor | None:
    """The one visitor who wrote all there is from the customer; None where anybody else did, or by another way."""
    authors = tx.all("who_wrote", id=conversation_id)
    last = tx.one("last_inbound", id=conversation_id, kind=channel["kind"])
    row = tx.one("conversation", id=conversation_id)
    if row is None or last is None or len(authors) != 1 or not authors[0]["identity_id"]:
        return None
    if authors[0]["channel_id"] != channel["id"]:
        return None
    named = [
        normalise_email(warning.detail)
        for claim in tx.all("claimed_addresses", id=conversation_id)
        for warning in facts_from(claim["facts"]).warnings
        if warning.kind == CLAIM
    ]
    known = tx.all("customer_identities", id=root_of(tx, row["customer_id"]))
    proven = [normalise_email(each["value"]) for each in known if each["kind"] == "email"]
    return _Visitor(tuple(json.loads(last["reply_keys"])), frozenset(filter(None, (*named, *proven))))


def _went_to(row: Row, visitor: _Visitor) -> bool:
    to = {normalise_email(each.address) for each in addresses(row["parties"], "to")}
    return bool(to) and to <= visitor.mails


def _command(row: Row, visitor: _Visitor) -> ShowAnswer:
    return ShowAnswer(f"mail:{row['id']}", visitor.reply_keys, row["body"], row["agent"] or "")
