"""What the open conversation names, and what was done to it: with numbers to go on by."""

from __future__ import annotations

from omni_tui.cli.clock import ago
from omni_tui.cli.plain import acting, listing, reading
from omni_tui.cli.plain.session import Opened, Session
from omni_tui.cli.plain.talk import say
from omni_tui.desk import customers, orders
from omni_tui.desk.named import Named, all_named
from omni_tui.model.errors import UsageError
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _
from omni_tui.text.links import host_of


def told(session: Session, rest: str) -> None:
    """Links, conversations, orders, addresses and phone numbers, each whole; with a number behind it, go to that one.

    Where a link leads to is told before anything is opened, and opening is left to the person.
    """
    opened = _opened(session)
    reading.refresh(session)
    found = all_named(opened.messages, opened.thread.head.ref)
    if not found:
        say(_("There is no link in this conversation."))
    elif not rest:
        session.tell([f"{n}. {_word(named)} {named.value}" for n, named in enumerate(found, 1)])
        say(_("links and a number goes to it."))
    elif not rest.isdecimal() or not 0 < int(rest[:6]) <= len(found):
        raise UsageError(_("There is no link {number} here.").format(number=clean_line(rest)))
    else:
        _go(session, found[int(rest[:6]) - 1])


def _go(session: Session, named: Named) -> None:
    if named.kind == "ref":
        listing.show_search(session, f"ref:{named.value.removeprefix('#')}")
    elif named.kind == "order":
        listing.show_search(session, named.value)
    elif named.kind == "address":
        listing.show_search(session, f"from:{named.value}")
    elif host := host_of(named.value):
        say(_("It leads to {host}:").format(host=host), named.value)
    else:
        say(named.value)


def _word(named: Named) -> str:
    return {
        "link": _("link"),
        "ref": _("conversation"),
        "order": _("order"),
        "address": _("address"),
        "phone": _("phone"),
    }.get(named.kind, "")


def history(session: Session, rest: str) -> None:
    """Acts with their numbers: what undo and redo take behind them."""
    acting.run_verb(session, ["history", "--", rest or f"#{_opened(session).thread.head.ref}"])
    say(_("undo and an act's number takes that one back, redo and its number does it again."))


def last_order(session: Session, _rest: str) -> None:
    """The order this conversation is about, else the last one the customer named."""
    opened = _opened(session)
    reading.refresh(session)
    head = opened.thread.head
    order = orders.in_conversation(head, opened.messages) or customers.card(session.store, head.customer_id).order
    if order is None:
        say(_("No order is known: none of their conversations names one"))
    else:
        words = _("Order {number}, named in #{ref} {age}.")
        say(words.format(number=clean_line(order.number), ref=order.ref, age=ago(order.at)))


def _opened(session: Session) -> Opened:
    if session.opened is None:
        raise UsageError(_("No conversation is open."), _("A number opens one of the list."))
    return session.opened
