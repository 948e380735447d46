"""What of a query's conditions an index answers: which conversations can match, before each is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from omni_tui.model.enums import Priority
from omni_tui.model.query import After, And, Before, Field, Not, Query

RANKS = {priority.value: priority.rank for priority in Priority}
STATUSES = {"open", "snoozed", "resolved", "spam", "trash"}

_TAGGED = (
    "SELECT ct.conversation_id AS id FROM conversation_tags ct"
    " WHERE ct.tag_id = (SELECT id FROM tags WHERE name = {name})"
)
_UNSENT = "SELECT DISTINCT o.conversation_id AS id FROM outbox o WHERE o.state IN ('failed', 'uncertain')"
_HAVING = {
    "attachment": "SELECT DISTINCT m.conversation_id AS id FROM attachments a CROSS JOIN messages m"
    " WHERE m.id = a.message_id",
    "note": "SELECT DISTINCT m.conversation_id AS id FROM messages m"
    " WHERE m.direction = 'note' AND m.deleted_at IS NULL",
    "draft": "SELECT DISTINCT d.conversation_id AS id FROM drafts d WHERE d.agent_id = :me",
}
_OF_PRIORITY = "SELECT p.id FROM conversations p WHERE p.priority <> 2 AND p.priority = {rank}"
_OF_NUMBER = "SELECT r.id FROM conversations r WHERE r.ref = {number}"
_BY_CHANNEL = {
    "channel": "SELECT c.id FROM channels h CROSS JOIN conversations c WHERE c.channel_id = h.id AND h.name = {name}",
    "kind": "SELECT c.id FROM channels h CROSS JOIN conversations c WHERE c.channel_id = h.id AND h.kind = {name}",
}
MENTIONED = (
    "SELECT DISTINCT m.conversation_id AS id FROM mentions n JOIN messages m ON m.id = n.message_id"
    " WHERE m.deleted_at IS NULL AND n.agent_id = {agent}"
)

Bind = Callable[[object], str]


@dataclass(frozen=True, slots=True)
class Leads:
    """What is known of all that match.

    ``sets`` say conditions once more, as SELECTs of conversations' ids that an index answers: all that match are in
    each of them, so a small one is where to look.
    """

    sets: tuple[str, ...] = ()
    led: frozenset[str] = frozenset()
    """Which of ``status`` and ``bulk`` all that match have one value of: the index of a list begins with both."""
    are: frozenset[str] = frozenset()
    """Which of ``bulk`` and ``waiting`` all that match are."""
    status: str = ""
    """A SELECT of all conversations of the one status whose all that match are; empty where any are."""
    assigned: str = ""
    """A SELECT of all conversations of the one agent, or of nobody, whose all that match are; empty where any are."""
    since: str = ""
    """A SELECT of all conversations that moved since all that match did; empty where that may be any time ago."""

    def together(self, other: Leads) -> Leads:
        """Of what satisfies both."""
        return Leads(
            self.sets + other.sets,
            self.led | other.led,
            self.are | other.are,
            self.status or other.status,
            self.assigned or other.assigned,
            self.since or other.since,
        )

    def apart_from_bulk(self) -> Leads:
        """Of what is no bulk besides."""
        return replace(self, led=self.led | {"bulk"}) if "status" in self.led else self


NO_LEADS = Leads()


def leads(query: Query, bind: Bind) -> Leads:
    """Of what satisfies ``query``, which has no words; ``bind`` gives a value's placeholder."""
    return Leads(
        _sets(query, bind),
        frozenset(_led(query)),
        frozenset(_are(query)),
        _first(query, _status),
        _first(query, lambda node: _assigned(node, bind)),
        _first(query, lambda node: _since(node, bind)),
    )


def _sets(query: Query, bind: Bind) -> tuple[str, ...]:
    """The sets every conversation that satisfies ``query``, which has no words, is in."""
    match query:
        case And(nodes=nodes):
            return tuple(found for node in nodes for found in _sets(node, bind))
        case Field(key="tag", values=values):
            return (" UNION ".join(_TAGGED.format(name=bind(value)) for value in values),)
        case Field(key="mentions", values=values):
            return (" UNION ".join(MENTIONED.format(agent=agent_is(value, bind)) for value in values),)
        case Field(key="is", values=("failed",)):
            return (_UNSENT,)
        case Field(key="has", values=(what,)):
            return (_HAVING[what],)
        case Field(key="priority", values=values) if Priority.NORMAL.value not in values:
            return (" UNION ".join(_OF_PRIORITY.format(rank=RANKS[value]) for value in values),)
        case Field(key="ref", values=values):
            return (" UNION ".join(_OF_NUMBER.format(number=bind(int(value))) for value in values),)
        case Field(key="channel" | "kind", values=values):
            return (" UNION ".join(_BY_CHANNEL[query.key].format(name=bind(value)) for value in values),)
        case _:
            return ()


def _led(query: Query) -> set[str]:
    """Which of a list's first columns have one value in all that satisfies ``query``, which has no words."""
    match query:
        case And(nodes=nodes):
            return set().union(*map(_led, nodes))
        case Field(key="is", values=(value,)):
            return {"status"} if value in STATUSES else {value} & {"bulk"}
        case _:
            return set()


def _first(query: Query, told: Callable[[Query], str]) -> str:
    """What ``told`` says of ``query``, or of the first of its parts, all of which hold, that it says anything of."""
    if isinstance(query, And):
        return next((found for node in query.nodes if (found := _first(node, told))), "")
    return told(query)


def _status(query: Query) -> str:
    """All conversations of the one status that everything has that satisfies ``query``."""
    match query:
        case Field(key="is", values=(status,)) if status in STATUSES:
            return f"SELECT a.id FROM conversations a WHERE a.status = '{status}'"
        case _:
            return ""


def _assigned(query: Query, bind: Bind) -> str:
    """All conversations of the one agent, or of nobody, whose every one is that satisfies ``query``."""
    match query:
        case Field(key="assignee", values=("none",)):
            return "SELECT a.id FROM conversations a WHERE a.assignee_id IS NULL"
        case Field(key="assignee", values=(agent,)):
            return f"SELECT a.id FROM conversations a WHERE a.assignee_id = {agent_is(agent, bind)}"
        case _:
            return ""


def _since(query: Query, bind: Bind) -> str:
    """All conversations that moved since everything did that satisfies ``query``."""
    match query:
        case After(at=at) | Not(node=Before(at=at)):
            return f"SELECT a.id FROM conversations a WHERE a.last_at >= {bind(at)}"
        case _:
            return ""


def _are(query: Query) -> set[str]:
    match query:
        case And(nodes=nodes):
            return set().union(*map(_are, nodes))
        case Field(key="is", values=(value,)):
            return {value} & {"bulk", "waiting"}
        case _:
            return set()


def agent_is(value: str, bind: Bind) -> str:
    """The id of the agent of that login, or of who asks."""
    return ":me" if value == "me" else f"(SELECT id FROM agents WHERE login = {bind(value)})"
