"""What stands in a snippet's place when it is put into an answer: ``{customer_first}`` becomes a name, once.

Values come from outside, so they are cleaned, and what they contain is never filled in its turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from omni_tui.desk.orders import in_conversation
from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.customer import OrderMention
from omni_tui.model.message import MessageRow
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _
from omni_tui.text.orders import last_order

ORDER = "{order}"
VARIABLE = re.compile(r"\{(\w{1,40})\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text to write on. ``unknown`` names stayed as they were typed, for ``empty`` ones there is no value."""

    text: str
    unknown: tuple[str, ...]
    empty: tuple[str, ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to look at before it is sent, in sentences."""
        found = []
        if self.unknown:
            names = ", ".join(f"{{{name}}}" for name in self.unknown)
            found.append(_("Left as it is, no variable of a snippet: {names}").format(names=names))
        if self.empty:
            names = ", ".join(f"{{{name}}}" for name in self.empty)
            found.append(_("Nothing is known for {names}").format(names=names))
        return tuple(found)


def fill(
    body: str,
    agent: Agent,
    head: ConversationRow,
    messages: Sequence[MessageRow],
    elsewhere: OrderMention | None = None,
) -> Filled:
    """``body`` with its variables filled for a conversation; ``messages`` are its newest, oldest first. Clean text.

    ``elsewhere`` is the last order the customer is known to have named, for a conversation that names none.
    """
    order = in_conversation(head, messages) if ORDER in body else None
    return _filled(body, _variables(agent, head, order or elsewhere))


def wants_order(body: str, head: ConversationRow, messages: Sequence[MessageRow]) -> bool:
    """Whether ``body`` asks for an order that the conversation does not name."""
    return ORDER in body and in_conversation(head, messages) is None


def fill_first(body: str, agent: Agent, to: str, subject: str) -> Filled:
    """The same for a mail that begins a conversation: all that is known is whom it is ``to``, as typed, and what about.
    It has no number yet."""
    from omni_tui.text.mail.addresses import parse_addresses  # reading mail is only worth its import here

    parsed = parse_addresses(to)
    name, address = (parsed[0].name, parsed[0].address) if parsed else ("", "")
    return _filled(
        body,
        {
            "customer": lambda: name or address,
            "customer_first": lambda: first_name(name) or address,
            "agent": lambda: agent.name or agent.login,
            "ref": lambda: "",
            "subject": lambda: subject,
            "order": lambda: last_order(subject),
        },
    )


def _filled(body: str, known: Mapping[str, Callable[[], str]]) -> Filled:
    values: dict[str, str] = {}
    unknown: dict[str, None] = {}

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in known:
            unknown[name] = None
            return match[0]
        if name not in values:
            values[name] = clean_line(known[name]())
        return values[name]

    text = VARIABLE.sub(value, clean(body))
    return Filled(text, tuple(unknown), tuple(name for name, found in values.items() if not found))


def unknown_in(body: str) -> tuple[str, ...]:
    """The names in braces that are no variable."""
    return tuple(name for name in dict.fromkeys(VARIABLE.findall(body)) if name not in NAMES)


def _variables(agent: Agent, head: ConversationRow, order: OrderMention | None) -> Mapping[str, Callable[[], str]]:
    return {
        "customer": lambda: head.customer or head.address,
        "customer_first": lambda: first_name(head.customer) or head.address,
        "agent": lambda: agent.name or agent.login,
        "ref": lambda: str(head.ref),
        "subject": lambda: head.subject,
        "order": lambda: order.number if order is not None else "",
    }


NAMES = ("customer", "customer_first", "agent", "ref", "subject", "order")
"""Every variable there is."""


def first_name(name: str) -> str:
    """The first name in ``name``: of ``Lovelace, Ada`` what follows the comma; a name without spaces is left whole."""
    words = clean_line(name)
    _family, comma, given = words.partition(",")
    return ((given if comma and given.strip() else words).split() or [""])[0].strip(",")
