"""Customers: the one beside the thread, a list of them, and which one somebody means. One person over all addresses."""

from __future__ import annotations

from omni_tui.desk import orders
from omni_tui.model.conversation import Agent, ListKey
from omni_tui.model.customer import CustomerCard, CustomerRow, IdentityRow, PastConversation
from omni_tui.model.enums import Status
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.query import And, Field
from omni_tui.store import Store, Tx
from omni_tui.store import conversations as rows_of
from omni_tui.store.filter import contains, where
from omni_tui.text.address import normalise_email
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

SHOWN = 50
_PAGE = 200
_PAGES = 25
"""Pages of conversations that are gone through for a list: of who wrote them all, not more is shown."""
_MEANT = 6


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


def listed(store: Store, agent: Agent, words: str = "", limit: int = 100) -> tuple[CustomerRow, ...]:
    """Customers who wrote, whose name or addresses have words that begin with each of ``words``; the one whose
    conversations moved last first.

    They are found by their conversations, which are in that order already: however many customers there are, a list of
    them costs what its own rows cost.
    """
    from omni_tui.store import customers as customer_rows

    asked = And((Field("is", ("any",)), *(Field("customer", (word,)) for word in words.split())))
    found: dict[str, None] = {}
    after: ListKey | None = None
    with store.read() as tx:
        built = where(asked, agent.id)
        for _n in range(_PAGES):
            page = rows_of.page(tx, built, agent.id, after=after, limit=_PAGE)
            found.update(dict.fromkeys(row.customer_id for row in page))
            if len(page) < _PAGE or len(found) >= limit:
                break
            after = ListKey(page[-1].last_at, page[-1].id)
        return customer_rows.rows(tx, list(found)[:limit])


def named(store: Store, text: str) -> CustomerCard:
    """The one customer ``text`` means: whose conversation ``1042`` or ``#1042`` is, an id, an address, or a part of
    name or address that only one has.

    Raises NotFound, and UsageError with who is meant where that is more than one.
    """
    number = text.strip().lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 16:
        with store.read() as tx:
            row = tx.one("conversation", id=tx.value("conversation_id_by_ref", ref=int(number)) or "")
            if row is not None:
                return _card(tx, row["customer_id"])
    found = find(store, text, _MEANT)
    exact = [card for card in found if card.id == text or any(_same(each.value, text) for each in card.identities)]
    meant = exact or list(found)
    if not meant:
        raise NotFound(
            _("No customer matches {words}.").format(words=repr(clean_line(text))),
            _("A part of the name or of an address is enough."),
        )
    if len(meant) > 1:
        names = ", ".join(_called(card) for card in meant[: _MEANT - 1])
        raise UsageError(
            _("{words} is more than one customer: {names}.").format(words=repr(clean_line(text)), names=names),
            _("Name one by an address."),
        )
    return meant[0]


def _same(value: str, text: str) -> bool:
    return text.strip().casefold() in (value.casefold(), normalise_email(value))


def _called(card: CustomerCard) -> str:
    address = card.identities[0].value if card.identities else card.id
    return f"{clean_line(card.name)} <{clean_line(address)}>" if card.name else clean_line(address)


def _card(tx: Tx, customer_id: str) -> CustomerCard:
    id = {"id": customer_id}
    rows, identities, tags, since, past, number, texts = tx.together(
        ("customer", id),
        ("customer_identities", id),
        ("customer_tags", id),
        ("customer_since", id),
        ("customer_conversations", {**id, "limit": SHOWN}),
        ("customer_conversation_count", id),
        orders.asked(customer_id),
    )
    if not rows:
        raise NotFound(_("There is no such customer."))
    row = rows[0]
    conversations = tuple(
        PastConversation(v["id"], v["ref"], v["kind"], v["subject"], Status(v["status"]), v["last_at"]) for v in past
    )
    return CustomerCard(
        id=row["id"],
        name=row["name"],
        identities=tuple(IdentityRow(i["kind"], i["value"], i["last_at"]) for i in identities),
        tags=tuple(tag["name"] for tag in tags),
        notes=row["notes"],
        since=since[0][0],
        conversations=conversations,
        conversation_count=int(number[0][0]),
        order=orders.of_customer(texts, conversations),
    )
