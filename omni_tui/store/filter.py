"""The query AST as SQL and words: fixed fragments, and every value bound.

A query becomes *branches*, any of which a conversation may satisfy. A branch is a condition on the conversation's own
fields, and groups of words: for each group some document of the conversation (a message, a note, or its customer)
must have them, and for each group of ``without`` none may. The words of one branch that stand plainly in the query
are one group, so that "lamp broken" asks for one message with both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from omni_tui.model.query import After, And, Before, Field, Not, Or, Query, Text
from omni_tui.store.leads import MENTIONED, NO_LEADS, RANKS, STATUSES, Leads, agent_is, leads
from omni_tui.store.words import NOTHING, Words, all_of, any_of, bounded, implies

_IS = {
    "open": "v.status = 'open'",
    "snoozed": "v.status = 'snoozed'",
    "resolved": "v.status = 'resolved'",
    "spam": "v.status = 'spam'",
    "trash": "v.status = 'trash'",
    "unread": "v.unread = 1",
    "bulk": "v.bulk = 1",
    "waiting": "v.waiting_since IS NOT NULL",
    "failed": "EXISTS (SELECT 1 FROM outbox o WHERE o.conversation_id = v.id AND o.state IN ('failed', 'uncertain'))",
    "any": "1 = 1",
}
_HAS = {
    "attachment": "EXISTS (SELECT 1 FROM messages m JOIN attachments a ON a.message_id = m.id"
    " WHERE m.conversation_id = v.id)",
    "note": "EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = v.id AND m.direction = 'note'"
    " AND m.deleted_at IS NULL)",
    "draft": "EXISTS (SELECT 1 FROM drafts d WHERE d.conversation_id = v.id AND d.agent_id = :me)",
}
# Said this way the list is walked in its order: by an index of channels all rows of the largest would be sorted first.
_OF_CHANNEL = "COALESCE(v.channel_id, '')"
_ALWAYS, _NEVER, _NOT_BULK = "1 = 1", "1 = 0", "v.bulk = 0"
SINCE, UNTIL = "v.last_at >= ", "v.last_at < "
"""How a branch's condition limits the time: what stands there instead is the same for the rows, not for an index."""
MOST_BRANCHES = 16
"""Alternatives between words and fields that are followed one by one; a query with more finds nothing it should not,
but fewer of them."""
MOST_GROUPS = 16
"""Groups of words one branch asks for; what goes beyond is not asked for."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the maps of its words tell of a branch: how many conversations may match, and may have each group of words.

    A group is 0 where one of its words has no map, for then it is rare.
    """

    number: int
    groups: tuple[int, ...]
    settled: frozenset[str]
    """The groups that the maps tell all of, by their names (``near.named``): of those need be looked at alone
    what is :attr:`unsettled`."""
    unsettled: str
    """The condition that a conversation has changed since the maps were made."""
    few: str = ""
    """The name of the value that has the reference numbers of all that may match, where these are few."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to match: ``sql`` on ``conversations v``, a document for each of ``words``, none for ``without``.

    ``leads`` tell what of ``sql`` an index answers.
    """

    sql: str
    words: tuple[Words, ...] = ()
    without: tuple[Words, ...] = ()
    leads: Leads = NO_LEADS
    told: Told | None = None

    @property
    def few(self) -> bool:
        """Whether all conversations that may match are known by name."""
        return self.told is not None and bool(self.told.few)

    @property
    def worded(self) -> bool:
        """Whether documents decide."""
        return bool(self.words or self.without)


@dataclass(slots=True)
class Where:
    """A condition: any of ``branches``, and the values they bind."""

    branches: tuple[Branch, ...] = (Branch(_ALWAYS),)
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def worded(self) -> bool:
        """Whether documents decide anything."""
        return any(branch.worded for branch in self.branches)

    def bind(self, value: object) -> str:
        """A placeholder for ``value``."""
        name = f"q{len(self.values)}"
        self.values[name] = value
        return f":{name}"


@dataclass(frozen=True, slots=True)
class _Part:
    """What has to hold together: SQL conditions, plain words, other groups of words, and groups that may not be."""

    sql: tuple[str, ...] = ()
    plain: tuple[Words, ...] = ()
    others: tuple[Words, ...] = ()
    without: tuple[Words, ...] = ()
    leads: Leads = NO_LEADS

    def together(self, other: _Part) -> _Part:
        return _Part(
            self.sql + other.sql,
            self.plain + other.plain,
            self.others + other.others,
            self.without + other.without,
            self.leads.together(other.leads),
        )


def where(query: Query, agent_id: str) -> Where:
    """The condition for ``query`` as ``agent_id`` asks it.

    A query that names no status leaves out spam and trash; one that asks for open, snoozed or resolved
    conversations leaves out bulk, which stays apart unless asked for.
    """
    built = Where(values={"me": agent_id})
    always: list[str] = []
    asked = _asked(query)
    if not asked & {*STATUSES, "any"}:
        # Said this way the index by activity is walked in order, whatever the planner knows.
        always.append("v.status NOT IN ('spam', 'trash')")
    elif not _apart_from_trash(query):
        # Merged conversations lie in the trash for their numbers' sake alone.
        always.append("v.merged_into IS NULL")
    if asked & {"open", "snoozed", "resolved"} and not asked & {"bulk", "any"}:
        always.append(_NOT_BULK)
    built.branches = tuple(
        branch for part in _parts(query, built) if (branch := _branch(part, always)) is not None
    ) or (Branch(_NEVER),)
    return built


def _branch(part: _Part, always: list[str]) -> Branch | None:
    sql = [condition for condition in (*part.sql, *always) if condition != _ALWAYS]
    groups = ((bounded(all_of(part.plain)),) if part.plain else ()) + tuple(map(bounded, part.others[:MOST_GROUPS]))
    if _NEVER in sql or NOTHING in groups:
        return None
    without = tuple(group for group in map(bounded, part.without[:MOST_GROUPS]) if group != NOTHING)
    if any(implies(group, barred) for group in groups for barred in without):
        return None  # what must be there may not be: no look at the documents tells more
    found = part.leads.apart_from_bulk() if _NOT_BULK in always else part.leads
    return Branch(" AND ".join(sql) or _ALWAYS, groups, without, found)


def _apart_from_trash(query: Query) -> bool:
    """Whether nothing that ``query`` finds can lie in the trash."""
    match query:
        case Field(key="is", values=values):
            return set(values) <= STATUSES - {"trash"}
        case And(nodes=nodes):
            return any(_apart_from_trash(node) for node in nodes)
        case Or(nodes=nodes):
            return all(_apart_from_trash(node) for node in nodes)
        case _:
            return False


def _asked(query: Query) -> set[str]:
    match query:
        case Field(key="is", values=values):
            return set(values)
        case And(nodes=nodes) | Or(nodes=nodes):
            return set().union(*(_asked(node) for node in nodes))
        case Not(node=node):
            # "-is:bulk" says something of bulk, and must not be answered with a second opinion.
            return _asked(node) & {"bulk"}
        case _:
            return set()


def _parts(query: Query, built: Where) -> list[_Part]:
    """The alternatives ``query`` consists of."""
    if not _worded(query):
        return [_Part((_sql(query, built),), leads=leads(query, built.bind))]
    words = _plain(query)
    if words is not None:
        return [_Part(plain=(words,))]
    match query:
        case And(nodes=nodes):
            found = [_Part()]
            for node in nodes:
                found = [one.together(other) for one in found for other in _parts(node, built)][:MOST_BRANCHES]
            return found
        case Or(nodes=nodes):
            return [part for node in nodes for part in _parts(node, built)][:MOST_BRANCHES]
        case Not(node=node):
            return _negated(node, built)
        case Field(key=key, values=values):
            return [_Part(others=(any_of(all_of(_marked(key, value)) for value in values),))]
        case _:
            raise ValueError(f"no such node: {query}")


def _negated(node: Query, built: Where) -> list[_Part]:
    words = _plain(node)
    if words is not None:
        return [_Part(without=(words,))]
    match node:
        case Not(node=inner):
            return _parts(inner, built)
        case And(nodes=nodes):
            return _parts(Or(tuple(Not(inner) for inner in nodes)), built)
        case Or(nodes=nodes):
            return _parts(And(tuple(Not(inner) for inner in nodes)), built)
        case Field(key=key, values=values):
            return [_Part(without=tuple(all_of(_marked(key, value)) for value in values))]
        case _:
            raise ValueError(f"no such node: {node}")


def _worded(query: Query) -> bool:
    """Whether documents decide anything in ``query``."""
    match query:
        case And(nodes=nodes) | Or(nodes=nodes):
            return any(_worded(node) for node in nodes)
        case Not(node=node):
            return _worded(node)
        case Field(key=key):
            return key in ("from", "customer")
        case _:
            return isinstance(query, Text)


def _plain(query: Query) -> Words | None:
    """``query`` as words of one document; None where it is more than words and their alternatives."""
    match query:
        case Text(text=text, exact=exact, prefix=prefix):
            from omni_tui.text.segment import query_terms  # most lists are asked for without words

            found = query_terms(text, exact=exact, prefix=prefix)
            return all_of(found) if found else NOTHING
        case And(nodes=nodes) | Or(nodes=nodes) if nodes:
            inner = [_plain(node) for node in nodes]
            known = [node for node in inner if node is not None]
            if len(known) < len(inner):
                return None
            return (all_of if isinstance(query, And) else any_of)(known)
        case _:
            return None


def _marked(key: str, value: str) -> tuple[Words, ...]:
    from omni_tui.text.segment import CUSTOMER, SENDER, marked_terms

    return marked_terms(SENDER if key == "from" else CUSTOMER, value) or (NOTHING,)


def _sql(query: Query, built: Where) -> str:
    """A query without words."""
    match query:
        case And(nodes=nodes):
            return _joined(" AND ", [_sql(node, built) for node in nodes], _ALWAYS)
        case Or(nodes=nodes):
            return _joined(" OR ", [_sql(node, built) for node in nodes], _NEVER)
        case Not(node=Before(at=at)):
            return _sql(After(at), built)  # a range of the index, as its opposite is
        case Not(node=After(at=at)):
            return _sql(Before(at), built)
        case Not(node=node):
            return f"NOT ({_sql(node, built)})"
        case Before(at=at):
            return f"{UNTIL}{built.bind(at)}"
        case After(at=at):
            return f"{SINCE}{built.bind(at)}"
        case Field(key=key, values=values):
            return _joined(" OR ", [_field(key, value, built.bind) for value in values], _NEVER)
        case _:
            raise ValueError(f"no such node: {query}")


def _joined(word: str, conditions: list[str], nothing: str) -> str:
    return conditions[0] if len(conditions) == 1 else f"({word.join(conditions) or nothing})"


def _field(key: str, value: str, bind: Callable[[object], str]) -> str:
    if key == "is":
        return _IS[value]
    if key == "has":
        return _HAS[value]
    if key == "priority":
        return f"v.priority = {RANKS[value]}"
    if key == "mentions":
        return f"v.id IN ({MENTIONED.format(agent=agent_is(value, bind))})"
    if key == "assignee" and value == "none":
        return "v.assignee_id IS NULL"
    if key == "assignee":
        return f"v.assignee_id = {agent_is(value, bind)}"
    if key == "ref":
        return f"v.ref = {bind(int(value))}"
    if key == "channel":
        return f"{_OF_CHANNEL} IN (SELECT id FROM channels WHERE name = {bind(value)})"
    if key == "kind":
        return f"{_OF_CHANNEL} IN (SELECT id FROM channels WHERE kind = {bind(value)})"
    if key == "tag":
        return (
            "EXISTS (SELECT 1 FROM conversation_tags ct WHERE ct.conversation_id = v.id"
            f" AND ct.tag_id = (SELECT id FROM tags WHERE name = {bind(value)}))"
        )
    raise ValueError(f"no such key: {key}")


def contains(text: str) -> str:
    """A LIKE pattern (escaped with a backslash) for anything that contains ``text``."""
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
