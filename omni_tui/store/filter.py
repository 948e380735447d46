"""The query AST as SQL: fixed fragments, and every value bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from omni_tui.model.query import After, And, Before, Field, Not, Or, Query, Text

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
_NOTHING = "1 = 0"


@dataclass(slots=True)
class Where:
    """A condition on ``conversations v`` and the values it binds.

    ``match`` is the FTS5 expression one message of the conversation must satisfy (empty: the query has no words);
    ``sql`` is everything else.
    """

    sql: str = "1 = 1"
    values: dict[str, Any] = field(default_factory=dict)
    match: str = ""

    @property
    def full(self) -> str:
        """The whole condition, words included: every conversation that matches, however many messages do."""
        return f"v.id IN (SELECT s.conversation_id {self.hits})" if self.match else self.sql

    @property
    def hits(self) -> str:
        """FROM and ORDER BY of the matching messages ``search_docs s`` with their ``conversations v``, newest first.

        The order of the joins is held fast, so that the index hands matches over in the order of time and a LIMIT
        ends the work: a word that stands in every second message costs no more than one that stands in a hundred.
        """
        return (
            "FROM search_fts CROSS JOIN search_docs s CROSS JOIN conversations v WHERE search_fts MATCH :match"
            f" AND s.doc_id = search_fts.rowid AND v.id = s.conversation_id AND {self.sql}"
            " ORDER BY search_fts.rowid DESC"
        )

    def bind(self, value: object) -> str:
        """A placeholder for ``value``."""
        name = f"q{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def where(query: Query, agent_id: str) -> Where:
    """The condition for ``query`` as ``agent_id`` asks it.

    A query that names no status leaves out spam and trash; one that asks for open, snoozed or resolved
    conversations leaves out bulk, which stays apart unless asked for.
    """
    built = Where(values={"me": agent_id})
    nodes = query.nodes if isinstance(query, And) else (query,)
    words = tuple(node for node in nodes if isinstance(node, Text))
    parts = [_node(node, built) for node in nodes if not isinstance(node, Text)]
    asked = _asked(query)
    if not asked & {*_STATUSES, "any"}:
        # Said this way the index by activity is walked in order, whatever the planner knows.
        parts.append("v.status NOT IN ('spam', 'trash')")
    if asked & {"open", "snoozed", "resolved"} and not asked & {"bulk", "any"}:
        parts.append("v.bulk = 0")
    if words:
        built.match = " AND ".join(filter(None, (_match(word) for word in words)))
        built.values["match"] = built.match
        if not built.match:
            parts.append(_NOTHING)
    built.sql = " AND ".join(part for part in parts if part != "1 = 1") or "1 = 1"
    return built


_STATUSES = {"open", "snoozed", "resolved", "spam", "trash"}


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


def _node(query: Query, built: Where) -> str:
    match query:
        case And(nodes=nodes):
            return "(" + (" AND ".join(_node(node, built) for node in nodes) or "1 = 1") + ")"
        case Or(nodes=nodes):
            return "(" + (" OR ".join(_node(node, built) for node in nodes) or _NOTHING) + ")"
        case Not(node=node):
            return f"NOT ({_node(node, built)})"
        case Before(at=at):
            return f"v.last_at < {built.bind(at)}"
        case After(at=at):
            return f"v.last_at >= {built.bind(at)}"
        case Text():
            expression = _match(query)
            return _message_matches(built.bind(expression)) if expression else _NOTHING
        case Field(key=key, values=values):
            return "(" + " OR ".join(_field(key, value, built) for value in values) + ")"


def _match(word: Text) -> str:
    from omni_tui.text.segment import fts5_query  # most lists are asked for without words

    return fts5_query(word.text, exact=word.exact, prefix=word.prefix)


def _message_matches(expression: str) -> str:
    return (
        "v.id IN (SELECT s.conversation_id FROM search_docs s WHERE s.doc_id IN"
        f" (SELECT rowid FROM search_fts WHERE search_fts MATCH {expression}))"
    )


def _field(key: str, value: str, built: Where) -> str:
    if key == "is":
        return _IS[value]
    if key == "has":
        return _HAS[value]
    if key == "assignee" and value == "none":
        return "v.assignee_id IS NULL"
    if key == "assignee" and value == "me":
        return "v.assignee_id = :me"
    if key == "assignee":
        return f"v.assignee_id = (SELECT id FROM agents WHERE login = {built.bind(value)})"
    if key == "ref":
        return f"v.ref = {built.bind(int(value))}"
    if key == "channel":
        return f"v.channel_id IN (SELECT id FROM channels WHERE name = {built.bind(value)})"
    if key == "kind":
        return f"v.channel_id IN (SELECT id FROM channels WHERE kind = {built.bind(value)})"
    if key == "tag":
        return (
            "EXISTS (SELECT 1 FROM conversation_tags ct JOIN tags t ON t.id = ct.tag_id"
            f" WHERE ct.conversation_id = v.id AND t.name = {built.bind(value)})"
        )
    like = built.bind(contains(value.casefold()))
    if key == "from":
        return (
            "EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = v.id AND m.direction = 'inbound'"
            f" AND (lower(m.from_address) LIKE {like} ESCAPE '\\' OR lower(m.from_name) LIKE {like} ESCAPE '\\'))"
        )
    if key == "customer":
        return (
            "v.customer_id IN (SELECT c.id FROM customers c JOIN customers r ON r.id = c.root_id"
            " LEFT JOIN identities i ON i.customer_id = c.id"
            f" WHERE lower(r.name) LIKE {like} ESCAPE '\\' OR i.value_norm LIKE {like} ESCAPE '\\')"
        )
    raise ValueError(f"no such key: {key}")


def contains(text: str) -> str:
    """A LIKE pattern (escaped with a backslash) for anything that contains ``text``."""
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
