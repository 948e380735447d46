"""Who wrote: one address, one customer, by exact normalised value. A score never merges people."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.model.address import Address
from omni_tui.model.events import RemoteMessage
from omni_tui.model.ids import uuid7
from omni_tui.store import Writer, search_docs
from omni_tui.text.address import domain, is_no_reply, normalise_email
from omni_tui.text.clean import storable_line

IDENTITY_KINDS = {"mail": "email"}
"""The kind of address a kind of channel has, where it is not its own."""


@dataclass(frozen=True, slots=True)
class IngestRules:
    """What the configuration says about incoming messages. Addresses and domains are compared normalised."""

    own_addresses: frozenset[str] = frozenset()
    own_domains: frozenset[str] = frozenset()
    form_senders: frozenset[str] = frozenset()
    open_days: int = 14

    @property
    def young_ms(self) -> int:
        """How long ago something came of which somebody is to be told all the same."""
        return self.open_days * 24 * 3600 * 1000

    def is_ours(self, address: str) -> bool:
        """An address of ours: no customer."""
        normal = normalise_email(address)  # empty for what is no mail address
        return bool(normal) and (
            normal in self.own_addresses or (bool(self.own_domains) and domain(normal) in self.own_domains)
        )

    def speaks_for_others(self, address: str) -> bool:
        """An address many people's messages come from: it names nobody."""
        normal = normalise_email(address)
        return self.is_ours(address) or normal in self.form_senders or is_no_reply(address)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, and the identity they wrote from (None for an unknown sender)."""

    customer_id: str
    identity_id: str | None
    blocked: bool = False


def normalised(kind: str, address: str) -> tuple[str, str]:
    """The kind and the normalised value an address is found by."""
    identity_kind = IDENTITY_KINDS.get(kind, kind)
    return identity_kind, normalise_email(address) if identity_kind == "email" else address.strip().casefold()


def customer_address(message: RemoteMessage, rules: IngestRules) -> Address | None:
    """Who the customer is: From; who wrote what one of us passed on; Reply-To where From speaks for others; None for
    an unknown sender."""
    if message.forwarded is not None and rules.is_ours(message.author.address):
        original = message.forwarded.author
        if not rules.speaks_for_others(original.address):
            return original
    if not rules.speaks_for_others(message.author.address):
        return message.author if message.author.address else None
    for address in message.reply_to:
        if not rules.speaks_for_others(address.address):
            return address if address.name else Address(address.address, _form_name(message, rules))
    return None


def first_recipient(message: RemoteMessage, rules: IngestRules) -> Address | None:
    """Whom a message of ours is to."""
    for address in (*message.to, *message.cc):
        if not rules.speaks_for_others(address.address):
            return address
    return None


def person(tx: Writer, kind: str, address: Address | None, at: int) -> Person:
    """The customer behind ``address``, made if new. Without an address: somebody unknown, never shared."""
    identity_kind, value_norm = normalised(kind, address.address) if address else ("", "")
    if address is None or not value_norm:
        known_as = address.name if address else ""
        customer_id = _new_customer(tx, known_as)
        search_docs.put_new_customer(tx, customer_id, storable_line(known_as))
        return Person(customer_id, None)
    found = tx.one("identity", kind=identity_kind, value_norm=value_norm)
    if found is not None:
        tx.run("touch_identity", id=found["id"], at=at)
        if address.name and not found["name"]:
            name(tx, found["root_id"], address.name)
        return Person(found["customer_id"], found["id"], found["blocked_at"] is not None)
    customer_id, identity_id = _new_customer(tx, address.name), uuid7()
    tx.run(
        "insert_identity",
        id=identity_id,
        customer_id=customer_id,
        kind=identity_kind,
        value_norm=value_norm,
        value=storable_line(address.address),
        at=at,
        now=tx.now,
    )
    search_docs.put_new_customer(tx, customer_id, storable_line(address.name), storable_line(address.address))
    return Person(customer_id, identity_id)


def name(tx: Writer, customer_id: str, words: str) -> None:
    """Call a customer without a name ``words``; one who has a name keeps it."""
    if tx.touched("name_customer", id=customer_id, name=storable_line(words), now=tx.now):
        search_docs.put_customer_again(tx, customer_id)
        tx.changed("customer", customer_id)


def _new_customer(tx: Writer, name: str) -> str:
    id = uuid7()
    tx.run("insert_customer", id=id, name=storable_line(name), now=tx.now)
    tx.changed("customer", id)
    return id


def _form_name(message: RemoteMessage, rules: IngestRules) -> str:
    # A shop form often puts the customer's name beside its own address; our own name is nobody's.
    return "" if rules.is_ours(message.author.address) else message.author.name
