"""What agents do to customers: join two that are one person, take one apart, correct a name, keep a note.

Nothing here happens by itself, and each is an act of the journal that undo takes back exactly. Joining moves whom the
customers are part of (:mod:`omni_tui.desk.roots`) and nothing else: addresses, conversations, tags and what is blocked
or claimed stay where they are and are read through the root, so there is nothing to lose. Only what those who are taken
apart claimed of each other's addresses is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.desk import claims
from omni_tui.desk.acts import Act
from omni_tui.desk.roots import CUSTOMER, ROOT, join, members, newest_conversation, root_of, set_root, shown_name
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.store import Row, Store, Tx, Writer, search_docs
from omni_tui.text.clean import clean_line, storable
from omni_tui.text.i18n import _

FIELDS = ("name", "notes")
"""The fields of a customer that agents write, as the journal has them."""
LONGEST_NAME = 200
LONGEST_NOTES = 20_000
"""What is written at once; those of several who are one may be longer together."""
_SET = {"name": "set_customer_name", "notes": "set_customer_notes"}
_TOLD = 50


def merge(store: Store, agent: Agent, parts: Sequence[str], into: str) -> Outcome:
    """Make customers part of ``into``; with them whoever they are one with already.

    A customer without a name takes the first one there is, and notes come behind each other. Raises NotFound for ids
    that are nobody's, UsageError where nothing is left to merge.
    """

    def joined(tx: Writer) -> Outcome:
        act = Act(tx, "customer merge", agent)
        root = _root(tx, into)
        others = [id for id in dict.fromkeys(_root(tx, id) for id in parts) if id != root]
        if not others:
            raise UsageError(_("They are one customer already."), _("Name another one to merge with."))
        names = [shown_name(tx, id) for id in others]
        for other in others:
            theirs, held = _row(tx, other), _row(tx, root)
            join(tx, act, other, root)
            if theirs["name"] and not held["name"]:
                _record(tx, act, held, "name", theirs["name"])
            if theirs["notes"] and theirs["notes"] not in held["notes"]:
                both = "\n\n".join(filter(None, (held["notes"], theirs["notes"])))
                _record(tx, act, held, "notes", both)
        return _outcome(tx, "customer merge", act, (shown_name(tx, root), *names), others)

    return store.act(joined)


def split(store: Store, agent: Agent, customer_id: str, address: str) -> Outcome:
    """Take one address out of a customer: it is a customer of its own again, with the conversations it came with.

    Raises NotFound for an address the customer does not have, UsageError for the only one they have.
    """

    def parted(tx: Writer) -> Outcome:
        act = Act(tx, "customer split", agent)
        root = _root(tx, customer_id)
        known = tx.all("identities_of_root", root_id=root)
        own = next((row for row in known if _is(row, address)), None)
        if own is None:
            raise NotFound(
                _("{name} has no address {address}.").format(name=shown_name(tx, root), address=clean_line(address)),
                _("omni-tui customer show tells their addresses."),
            )
        stays = [id for id in members(tx, root) if id != own["customer_id"]]
        if not stays:
            raise UsageError(
                _("{name} was never joined with anybody.").format(name=shown_name(tx, root)),
                _("Only what was merged can be taken apart."),
            )
        if own["customer_id"] != root:
            _part(tx, act, own["customer_id"], root, own["customer_id"])
        else:
            # Those who stay need another root: the one who has been here longest.
            first = min(stays)
            for id in (first, *(each for each in stays if each != first)):
                _part(tx, act, id, root, first)
        claims.forget_between(tx, own["customer_id"], known)
        return _outcome(tx, "customer split", act, (own["value"],), (own["customer_id"],))

    return store.act(parted)


def rename(store: Store, agent: Agent, customer_id: str, name: str) -> Outcome:
    """Call a customer something else; an empty name shows the address again. Raises UsageError for one too long."""
    words = " ".join(storable(clean_line(name)).split())
    if len(words) > LONGEST_NAME:
        raise UsageError(_("A name has at most {most} characters.").format(most=LONGEST_NAME))
    return _edit(store, agent, "customer rename", customer_id, "name", words)


def describe(store: Store, agent: Agent, customer_id: str, text: str) -> Outcome:
    """Keep a note on a customer, instead of the one there is; an empty one takes it away. Raises UsageError for one
    that is too long."""
    body = storable(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(body) > LONGEST_NOTES:
        raise UsageError(_("A note on a customer has at most {most} characters.").format(most=f"{LONGEST_NOTES:,}"))
    return _edit(store, agent, "customer note", customer_id, "notes", body)


def put_back(tx: Writer, row: Row, expected: str | None, wanted: str | None) -> str:
    """Undo or redo one of :data:`FIELDS` by its row of the journal; why not, in words, if it was changed since."""
    held = tx.one("customer_itself", id=row["entity_id"])
    if held is None or held[row["field"]] != (expected or ""):
        name = shown_name(tx, row["entity_id"]) or _("unknown sender")
        return _("{name}: {field} was changed since and was left so.").format(name=name, field=row["field"])
    _put(tx, row["entity_id"], row["field"], wanted or "")
    return ""


def _edit(store: Store, agent: Agent, verb: str, customer_id: str, field: str, value: str) -> Outcome:

    def edited(tx: Writer) -> Outcome:
        act = Act(tx, verb, agent)
        held = _row(tx, _root(tx, customer_id))
        if held[field] == value:
            return Outcome(verb, ())
        _record(tx, act, held, field, value)
        return _outcome(tx, verb, act, (shown_name(tx, held["id"]),), ())

    return store.act_durably(edited)


def _outcome(tx: Tx, verb: str, act: Act, names: Sequence[str], moved: Sequence[str]) -> Outcome:
    """With the newest conversations of those who were moved, which now are another's."""
    changed = [id for each in moved if (id := newest_conversation(tx, each))]
    return Outcome(verb, tuple(changed[:_TOLD]), act_id=act.id, customers=tuple(filter(None, names)))


def _part(tx: Writer, act: Act, id: str, root: str, becomes: str) -> None:
    act.record(CUSTOMER, id, newest_conversation(tx, id), ROOT, root, becomes)
    set_root(tx, id, becomes)


def _record(tx: Writer, act: Act, held: Row, field: str, value: str) -> None:
    _put(tx, held["id"], field, value)
    act.record(CUSTOMER, held["id"], "", field, held[field], value)


def _put(tx: Writer, id: str, field: str, value: str) -> None:
    root = root_of(tx, id)
    tx.run(_SET[field], id=id, value=value, now=tx.now)
    shown = ("conversations_of_root", {"root_id": id, "limit": _TOLD})
    tx.foresee([shown, search_docs.customer_words(root)])
    rows = tx.all(shown[0], **shown[1])
    search_docs.put_customer_again(tx, root)
    tx.changed(CUSTOMER, id)
    for row in rows:
        tx.changed("conversation", row["id"])


def _root(tx: Tx, id: str) -> str:
    root = root_of(tx, id)
    if not root:
        raise NotFound(_("There is no such customer."))
    return root


def _row(tx: Tx, id: str) -> Row:
    row = tx.one("customer_itself", id=id)
    if row is None:
        raise NotFound(_("There is no such customer."))
    return row


def _is(row: Row, address: str) -> bool:
    return address.strip().casefold() in (row["value_norm"].casefold(), row["value"].casefold())
