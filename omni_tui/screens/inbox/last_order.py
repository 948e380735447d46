"""To where a customer's last order was named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.desk import customers, orders
from omni_tui.model.customer import OrderMention
from omni_tui.store import Store
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen


async def to_last_order(screen: InboxScreen) -> None:
    """Scroll to the message that names it, or show the conversation it was named in."""
    parts, row = screen.parts, screen.parts.target()
    if row is None:
        parts.say(_("No conversation is selected"))
        return
    opened = parts.thread.opened
    here = opened is not None and opened.thread.head.id == row.id
    order = orders.in_conversation(opened.thread.head, opened.messages) if opened is not None and here else None
    if order is None:
        order = await parts.link.read(named_elsewhere, row.customer_id)
    if order is None:
        parts.say(_("No order is known: none of their conversations names one"))
        return
    number, when = clean_line(order.number), screen.context.clock(order.at)
    if order.conversation_id != row.id:
        screen.searching.open(f"ref:{order.ref}", typing=False)
        parts.say(_("Order {number} was named in #{ref}, {time}").format(number=number, ref=order.ref, time=when))
        return
    if not here:
        await screen.reading.open()
    if order.message_id:
        parts.view.to_message(order.message_id)
    parts.say(_("Order {number} was named here, {time}").format(number=number, time=when))


def named_elsewhere(store: Store, customer_id: str) -> OrderMention | None:
    """The last order of all a customer's conversations."""
    return customers.card(store, customer_id).order
