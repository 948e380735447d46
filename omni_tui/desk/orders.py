"""Which order a customer writes about: the number that was named last, in a conversation or in all of theirs.

Orders are known by what people write; no channel tells their state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from omni_tui.model.conversation import ConversationRow
from omni_tui.model.customer import OrderMention, PastConversation
from omni_tui.model.enums import Direction
from omni_tui.model.message import MessageRow
from omni_tui.store import Row
from omni_tui.store.foreseen import Question
from omni_tui.text.orders import LOOKED_AT, last_order

_LOOKED_AT = 50_000
"""Characters looked through in one conversation: it is done while somebody types."""


def in_conversation(head: ConversationRow, messages: Sequence[MessageRow]) -> OrderMention | None:
    """The order the customer and we named last in a conversation; that of the subject where no message has one.

    ``messages`` are the newest of it, oldest first.
    """
    texts = (
        (message.id, message.received_at, message.text)
        for message in reversed(messages)
        if message.direction is not Direction.EVENT and message.deleted_at is None
    )
    return _last(texts, head.id, head.ref, head.subject, head.last_at)


def asked(customer_id: str) -> Question:
    """The question that :func:`of_customer` wants answered, for whoever asks more in the same round trip."""
    return "customer_texts", {"id": customer_id}


def of_customer(texts: Sequence[Row], conversations: Sequence[PastConversation]) -> OrderMention | None:
    """The order that was named last in a customer's newest messages, or what their conversations are about: ``texts``
    is the answer to what is :func:`asked`, ``conversations`` are the newest of them.
    """
    named = _in_texts(texts)
    return _in_subjects(conversations, texts, named) or named


def _in_texts(texts: Sequence[Row]) -> OrderMention | None:
    """Of the newest text that names one; they come newest first."""
    for row in texts:
        if order := last_order(row["body"]):
            return OrderMention(order, row["received_at"], row["conversation_id"], row["ref"], row["id"])
    return None


def _in_subjects(
    conversations: Sequence[PastConversation], texts: Sequence[Row], named: OrderMention | None
) -> OrderMention | None:
    """Of the newest conversation that names one in its subject alone, if it went on after what is ``named``."""
    for each in conversations:
        if named is not None and each.last_at <= named.at:
            break
        order = last_order(each.subject)
        if order and not any(last_order(row["body"]) for row in texts if row["conversation_id"] == each.id):
            return OrderMention(order, each.last_at, each.id, each.ref, "")
    return None


def _last(
    texts: Iterable[tuple[str, int, str]], conversation_id: str, ref: int, subject: str, last_at: int
) -> OrderMention | None:
    left = _LOOKED_AT
    for id, at, text in texts:
        if order := last_order(text):
            return OrderMention(order, at, conversation_id, ref, id)
        left -= min(len(text), LOOKED_AT)
        if left <= 0:
            break
    order = last_order(subject)
    return OrderMention(order, last_at, conversation_id, ref, "") if order else None
