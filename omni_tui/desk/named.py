"""What messages name that one can go to: links, conversations, orders, mail addresses, phone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from omni_tui.model.enums import Direction
from omni_tui.model.message import MessageRow
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.contacts import addresses_in, phones_in
from omni_tui.text.links import links_in, without_links
from omni_tui.text.orders import orders_in

Kind = Literal["link", "ref", "order", "address", "phone", "file"]
_REF = re.compile(r"(?<![\w#&/])#(\d{1,9})\b")
_LOOKED_AT = 60_000
"""Characters of one message; what stands further down is not shown either."""


@dataclass(frozen=True, slots=True)
class Named:
    """One of them, as it stands in the text and safe to show; ``by`` is who named it. A file is named by its letter."""

    kind: Kind
    value: str
    by: str


def named_in(message: MessageRow, own_ref: int) -> tuple[Named, ...]:
    """What a message names, each once; ``own_ref`` is the number of the conversation it stands in."""
    if message.direction is Direction.EVENT or message.deleted_at is not None:
        return ()
    text = clean(message.text[:_LOOKED_AT])
    by = clean_line(message.author.name or message.author.address)
    found: list[tuple[Kind, Iterable[str]]] = [("link", links_in(text))]
    if message.direction is not Direction.INBOUND:
        # A customer's "#1" is an order or a model; ours are the team's own.
        found.append(("ref", (f"#{ref}" for ref in _REF.findall(text) if int(ref) != own_ref)))
    found.append(("order", orders_in(text)))
    beside = without_links(text)
    header = clean_line(message.author.address) if message.direction is Direction.INBOUND else ""
    found.append(("address", addresses_in(f"{header}\n{beside}")))
    found.append(("phone", phones_in(beside)))
    each: dict[str, Named] = {}
    for kind, values in found:
        for value in values:
            each.setdefault(value, Named(kind, value, by))
    return tuple(each.values())


def all_named(messages: Sequence[MessageRow], own_ref: int) -> tuple[Named, ...]:
    """What the messages name, the newest first, each once."""
    found: dict[str, Named] = {}
    for message in reversed(messages):
        for named in named_in(message, own_ref):
            found.setdefault(named.value, named)
    return tuple(found.values())
