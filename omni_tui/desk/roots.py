"""Whom a customer is part of. A customer is made for each address; those that are one person have one root.

Roots are flat: a root is its own. So everything reads through one step, and whoever joins or parts customers moves all
of them that are concerned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from omni_tui.desk.acts import Act
from omni_tui.store import Row, Tx, Writer, search_docs
from omni_tui.text.i18n import _

CUSTOMER = "customer"
"""The journal's entity."""
ROOT = "root_id"
"""The journal's field: whom a customer is part of."""
_MOST = 50


def root_of(tx: Tx, customer_id: str) -> str:
    """Whom a customer is part of; empty if there is no such customer."""
    row = tx.one("customer", id=customer_id)
    return str(row["id"]) if row is not None else ""


def members(tx: Tx, root_id: str) -> list[str]:
    """Everybody who is part of a root, itself among them."""
    return [str(row["id"]) for row in tx.all("customers_of_root", root_id=root_id)]


def set_root(tx: Writer, customer_id: str, root_id: str) -> None:
    """Make one customer part of another, or (itself) a customer of their own; whoever looks for them finds both."""
    before = tx.one("customer", id=customer_id)
    assert before is not None
    tx.run("set_root", id=customer_id, root_id=root_id, now=tx.now)
    concerned = tuple(dict.fromkeys((before["id"], root_id, customer_id)))
    shown = ("conversations_of_root", {"root_id": root_id, "limit": _MOST})
    tx.foresee([shown, *map(search_docs.customer_words, concerned)])
    rows = tx.all(shown[0], **shown[1])
    search_docs.put_customers_again(tx, concerned)
    for id in concerned:
        tx.changed(CUSTOMER, id)
    for row in rows:
        tx.changed("conversation", row["id"])


def join(tx: Writer, act: Act, other: str, into: str, told_in: str = "") -> None:
    """Make everybody of the root ``other`` part of the root ``into``, as part of an act.

    ``told_in`` is the conversation whose thread tells it; without it each one's newest does.
    """
    for id in members(tx, other):
        act.record(CUSTOMER, id, told_in or newest_conversation(tx, id), ROOT, other, into)
        set_root(tx, id, into)


def newest_conversation(tx: Tx, customer_id: str) -> str:
    """The conversation this one customer, not those they are one with, wrote in last; empty for none."""
    return str(tx.value("newest_conversation_of_customer", id=customer_id) or "")


def shown_name(tx: Tx, customer_id: str) -> str:
    """What to call a customer: the name, or else an address; empty if neither is known."""
    row = tx.one("customer", id=customer_id)
    if row is None:
        return ""
    if row["name"]:
        return str(row["name"])
    known = tx.one("customer_identities", id=row["id"])
    return str(known["value"]) if known is not None else ""


@dataclass(slots=True)
class PutBack:
    """What undo or redo did to roots: the rows of the journal that are done, and whose; why not, in words."""

    rows: list[Row] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def put_back(tx: Writer, rows: Sequence[Row], *, forward: bool) -> PutBack:
    """Undo or redo how an act joined or parted customers: all of it or, where that would no longer be flat, none.

    ``rows`` are those of the act's journal whose field is :data:`ROOT`.
    """
    now, then = ("before_value", "after_value") if forward else ("after_value", "before_value")
    wanted = {str(row["entity_id"]): str(row[then]) for row in rows}
    found = PutBack()
    if any(root_of(tx, row["entity_id"]) != row[now] for row in rows) or not _stays_flat(tx, wanted):
        found.refused = [_changed_since(tx, row) for row in rows[:1]]
        return found
    # Roots before those who are part of them.
    for row in sorted(rows, key=lambda row: row[then] != row["entity_id"]):
        set_root(tx, row["entity_id"], row[then])
        found.rows.append(row)
    found.names = [name for row in rows if (name := shown_name(tx, row["entity_id"]))]
    return found


def _stays_flat(tx: Tx, wanted: Mapping[str, str]) -> bool:
    """Whether every root is its own once ``wanted`` holds, and nobody else is part of one who is none any more."""
    for id, root in wanted.items():
        if wanted.get(root, root_of(tx, root)) != root:
            return False
        if root != id and any(each != id and each not in wanted for each in members(tx, id)):
            return False
    return True


def _changed_since(tx: Tx, row: Row) -> str:
    name = shown_name(tx, row["entity_id"]) or _("unknown sender")
    by = tx.one("last_changer", entity=CUSTOMER, entity_id=row["entity_id"], field=ROOT, act_id=row["act_id"])
    if by is None or by["at"] < row["at"]:
        return _("{name} was joined with others since and was left so.").format(name=name)
    return _("{name} was changed since by {actor} ({verb}) and was left so.").format(
        name=name, actor=by["actor"], verb=by["verb"]
    )
