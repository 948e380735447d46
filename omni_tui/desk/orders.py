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
_CONVERSATIONS = 12
"""As many of a customer's are looked through, the newest."""


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
    """The order that was named last in a customer's newest conversations: ``texts`` is the answer to what is
    :func:`asked`."""
    written: dict[str, list[tuple[str, int, str]]] = {}
    for row in texts:
        written.setdefault(row["conversation_id"], []).append((row["id"], row["received_at"], row["body"]))
    named = [
        found
        for each in conversations[:_CONVERSATIONS]
        if (found := _last(written.get(each.id, ()), each.id, each.ref, each.subject, each.last_at)) is not None
    ]
    return max(named, key=lambda order: order.at, default=None)


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
