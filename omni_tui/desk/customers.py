"""The customer beside the thread: one person over all their addresses."""

from __future__ import annotations

from omni_tui.model.customer import CustomerCard, IdentityRow, PastConversation
from omni_tui.model.enums import Status
from omni_tui.model.errors import NotFound
from omni_tui.store import Store, Tx
from omni_tui.store.filter import contains
from omni_tui.text.address import normalise_email
from omni_tui.text.i18n import _

SHOWN = 50


def card(store: Store, customer_id: str) -> CustomerCard:
    """Everything known of a customer, with their newest conversations."""
    with store.read() as tx:
        return _card(tx, customer_id)


def find(store: Store, text: str, limit: int = 20) -> tuple[CustomerCard, ...]:
    """Customers whose id or address is ``text``, or whose name or address contains it."""
    with store.read() as tx:
        found = tx.all(
            "customers_matching",
            exact=text,
            norm=normalise_email(text),
            like=contains(text.casefold()),
            limit=limit,
        )
        return tuple(_card(tx, row["id"]) for row in found)


def _card(tx: Tx, customer_id: str) -> CustomerCard:
    row = tx.one("customer", id=customer_id)
    if row is None:
        raise NotFound(_("There is no such customer."))
    id = row["id"]
    identities, tags, since, past, number = tx.together(
        ("customer_identities", {"id": id}),
        ("customer_tags", {"id": id}),
        ("customer_since", {"id": id}),
        ("customer_conversations", {"id": id, "limit": SHOWN}),
        ("customer_conversation_count", {"id": id}),
    )
    return CustomerCard(
        id=id,
        name=row["name"],
        identities=tuple(IdentityRow(i["kind"], i["value"], i["last_at"]) for i in identities),
        tags=tuple(tag["name"] for tag in tags),
        notes=row["notes"],
        since=since[0][0],
        conversations=tuple(
            PastConversation(v["id"], v["ref"], v["kind"], v["subject"], Status(v["status"]), v["last_at"])
            for v in past
        ),
        conversation_count=int(number[0][0]),
    )
