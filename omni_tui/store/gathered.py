"""What a batch of arriving messages asks and writes, held in memory until it goes to the store together.

One message asks a dozen questions and writes a dozen rows; on PostgreSQL each question costs a round trip while
everybody waits for the lock. Here the questions of a whole batch are asked ahead, and rows are gathered by statement.
What a gathered row changes in an answer is changed here. Only the statements named here take part: any other question
is asked of the store, behind all that was gathered, and any other write forgets every answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from omni_tui.store.foreseen import Question
from omni_tui.store.session import Row

Values = Mapping[str, Any]
Answer = list[Row]

ORDER = (
    "insert_customer",
    "insert_identity",
    "touch_identity",
    "insert_blob",
    "insert_blob_chunk",
    "insert_followed_conversation",
    "insert_conversation",
    "insert_message",
    "set_facts",
    "insert_message_key",
    "insert_attachment",
    "add_participant",
    "insert_search_doc",
    "set_conversation",
    "insert_in_ledger",
    "ledger",
)
"""What is gathered, in the order it is sent: each behind the rows it refers to."""

_KEYED = itemgetter("channel_id", "reply_key")
_TAKING_PART = itemgetter("conversation_id", "address")
_OUTSIDE = itemgetter("channel_id", "external_id")
_PLACED = itemgetter("channel_id", "stream", "locator")
REMEMBERED: Mapping[str, Callable[[Values], Any]] = {
    "channel": itemgetter("id"),
    "claims": _KEYED,
    "conversation": itemgetter("id"),
    "every_channel": len,
    "conversation_id_by_ref": itemgetter("ref"),
    "identity": itemgetter("kind", "value_norm"),
    "is_participant": _TAKING_PART,
    "keyed_conversations": _KEYED,
    "ledger_holds": _PLACED,
    "message_by_external_id": _OUTSIDE,
    "message_by_key": _KEYED,
    "newest_message": itemgetter("id"),
    "outbox": itemgetter("id"),
    "participants": itemgetter("id"),
    "store_key": itemgetter("name"),
}
"""The questions whose answers are kept right under what is gathered, and what tells two of a kind apart."""


class Gathered:
    """Answers read ahead and rows not sent yet, within one transaction."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Values]] = {name: [] for name in ORDER}
        self._last: dict[str, dict[str, Values]] = {"set_conversation": {}, "touch_identity": {}}
        self._answers: dict[str, dict[Any, Answer]] = {name: {} for name in REMEMBERED}
        self._names: dict[str, str] = {}
        self._begun: set[str] = set()
        self._directions: dict[str, str] = {}
        self._last_at: dict[str, int] = {}

    def answer(self, name: str, values: Values) -> Answer | None:
        """What is known of a question; None when the store must be asked."""
        known = self._answers.get(name)
        if known is None:
            return None
        found = known.get(REMEMBERED[name](values))
        if found is None:
            return [] if name == "is_participant" and values["conversation_id"] in self._begun else None
        if len(found) > 1 and name == "keyed_conversations":
            return self._in_order(found)
        return found

    def remember(self, asked: Iterable[Question], answers: Iterable[Answer]) -> None:
        """Keep what the store answered."""
        known = self._answers
        for (name, values), answer in zip(asked, answers, strict=True):
            if name in known:
                known[name][REMEMBERED[name](values)] = answer

    def gather(self, name: str, values: Values) -> bool:
        """Whether the row was taken; if not, it must be sent, behind all others."""
        take = _TAKEN_BY.get(name)
        if take is not None:
            take(self, values)
        elif name in self._rows:
            self._rows[name].append(values)
        else:
            return False
        return True

    def take(self) -> Iterator[tuple[str, list[Values]]]:
        """The gathered rows, to be sent now."""
        self._join_new()
        for name, by_id in self._last.items():
            self._rows[name].extend(by_id.values())
            by_id.clear()
        for name, rows in self._rows.items():
            if rows:
                sent = rows[:]
                rows.clear()
                yield name, sent

    def _join_new(self) -> None:
        """A conversation that was begun and then followed its messages is one row, unless somebody waits in it (since
        when is worked out from rows that are stored) or it names another one, which must be there first.
        """
        followed = self._last["set_conversation"]
        rows = self._rows["insert_conversation"]
        begun = rows[:]
        rows.clear()
        for made in begun:
            last = followed.get(made["id"])
            if last is None or last["waits"] or made["related_id"] is not None:
                rows.append(made)
            else:
                self._rows["insert_followed_conversation"].append({**made, **last})
                del followed[made["id"]]

    def forget(self) -> None:
        """Know nothing any more: something else was written."""
        for known in self._answers.values():
            known.clear()
        self._names.clear()
        self._begun.clear()
        self._directions.clear()
        self._last_at.clear()

    def _customer(self, values: Values) -> None:
        self._names[values["id"]] = values["name"]
        self._rows["insert_customer"].append(values)

    def _identity(self, values: Values) -> None:
        customer_id = values["customer_id"]
        where = REMEMBERED["identity"](values)
        if customer_id in self._names:
            made = {
                "id": values["id"],
                "customer_id": customer_id,
                "root_id": customer_id,
                "name": self._names[customer_id],
                "blocked_at": None,
            }
            self._answers["identity"][where] = [_Made(made)]
        else:
            self._answers["identity"].pop(where, None)
        self._rows["insert_identity"].append(values)

    def _touched(self, values: Values) -> None:
        before = self._last["touch_identity"].get(values["id"])
        if before is None or before["at"] < values["at"]:
            self._last["touch_identity"][values["id"]] = values

    def _conversation(self, values: Values) -> None:
        id = values["id"]
        made = {**values, **_BEGUN, "created_at": values["now"], "updated_at": values["now"]}
        del made["now"]
        self._answers["conversation"][id] = [_Made(made)]
        self._answers["newest_message"][id] = []
        self._answers["participants"][id] = []
        self._begun.add(id)
        self._last_at[id] = values["last_at"]
        self._rows["insert_conversation"].append(values)

    def _set(self, values: Values) -> None:
        id = values["id"]
        self._last["set_conversation"][id] = values
        self._last_at[id] = values["last_at"]
        known = self._answers["conversation"].get(id)
        if known:
            changed = {**fields(known[0]), **values, "updated_at": values["now"]}
            # How long somebody waits is worked out where it is stored.
            for gone in ("now", "waits", "waiting_since"):
                changed.pop(gone, None)
            self._answers["conversation"][id] = [_Made(changed)]

    def _message(self, values: Values) -> None:
        id, conversation_id = values["id"], values["conversation_id"]
        self._directions[id] = values["direction"]
        self._answers["message_by_external_id"][_OUTSIDE(values)] = [
            _Made({"id": id, "conversation_id": conversation_id})
        ]
        newest = self._answers["newest_message"].get(conversation_id)
        if (
            newest is not None
            and values["direction"] in ("inbound", "outbound")
            and (not newest or (newest[0]["received_at"], newest[0]["id"]) < (values["received_at"], id))
        ):
            self._answers["newest_message"][conversation_id] = [_Made({name: values[name] for name in _NEWEST})]
        self._rows["insert_message"].append(values)

    def _key(self, values: Values) -> None:
        self._rows["insert_message_key"].append(values)
        # Two or three of every message: the answers are looked at directly.
        where = _KEYED(values)
        if values["own"]:
            self._own_key(values, where)
        answers = self._answers
        answers["claims"].pop(where, None)
        keyed = answers["keyed_conversations"]
        known = keyed.get(where)
        if known is None:
            return
        after = self._keyed(known, values["conversation_id"], values["own"])
        if after is None:
            del keyed[where]
        else:
            keyed[where] = after

    def _keyed(self, known: Answer, id: str, own: int) -> Answer | None:
        """The conversations of a name that one more message of ``id`` has; None where the store must tell."""
        last_at = self._moved_at(id)
        if last_at is None:
            return None
        made: dict[str, Any] = {"conversation_id": id, "own": own, "last_at": last_at, "messages": 1}
        if not known:
            return [_Made(made)]
        others: Answer = []
        before = alike = elsewhere = 0
        for row in known:
            if row["conversation_id"] == id and row["own"] == own:
                before += row["messages"]
                continue
            others.append(row)
            elsewhere += row["conversation_id"] != id
            alike += row["messages"] if row["own"] == own else 0
        if elsewhere and (len(known) >= MOST_KEYED or before + alike >= LAST_KEYED):
            return None  # one that is among them now may not be any longer
        made["messages"] = min(before + 1, LAST_KEYED)
        return [*others, _Made(made)]

    def _moved_at(self, id: str) -> int | None:
        at = self._last_at.get(id)
        known = self._answers["conversation"].get(id) if at is None else None
        return known[0]["last_at"] if known else at

    def _in_order(self, keyed: Answer) -> Answer:
        """Conversations of a name as the store has them: who has it first, then those that moved last."""
        moved = self._last_at
        return sorted(keyed, key=lambda row: (-row["own"], -moved.get(row["conversation_id"], row["last_at"])))

    def _own_key(self, values: Values, where: Any) -> None:
        named = self._answers["message_by_key"]
        direction = self._directions.get(values["message_id"])
        if direction is None or named.get(where) != []:
            named.pop(where, None)
            return
        made = {"id": values["message_id"], "conversation_id": values["conversation_id"], "direction": direction}
        named[where] = [_Made(made)]

    def _participant(self, values: Values) -> None:
        known, where = self._answers["is_participant"], _TAKING_PART(values)
        if known.get(where):
            return
        known[where] = [_THERE]
        conversation_id, address = where
        all = self._answers["participants"]
        there = all.get(conversation_id)
        if there is not None:
            if any(row["address"] == address for row in there):
                return
            all[conversation_id] = [*there, _Made({"address": address})]
        self._rows["add_participant"].append(values)

    def _place(self, values: Values) -> None:
        self._answers["ledger_holds"][_PLACED(values)] = [_THERE]
        self._rows["insert_in_ledger"].append(values)


# A dozen rows of every message go this way: what a row changes is told, and the row taken, by one call. Not methods
# bound to each object: it would hold itself, and all it gathered until somebody looks for garbage.
_TAKEN_BY: Mapping[str, Callable[[Gathered, Values], None]] = {
    "insert_customer": Gathered._customer,
    "insert_identity": Gathered._identity,
    "touch_identity": Gathered._touched,
    "insert_conversation": Gathered._conversation,
    "set_conversation": Gathered._set,
    "insert_message": Gathered._message,
    "insert_message_key": Gathered._key,
    "add_participant": Gathered._participant,
    "insert_in_ledger": Gathered._place,
}
MOST_KEYED, LAST_KEYED = 8, 32
"""Conversations the statement ``keyed_conversations`` answers with at most, of so many messages of either kind."""
_NEWEST = ("id", "direction", "body", "received_at", "automatic", "answered", "channel_id")
_BEGUN: Mapping[str, Any] = {
    "snippet": "",
    "unread": 0,
    "assignee_id": None,
    "priority": 2,
    "merged_into": None,
    "waiting_since": None,
    "snoozed_until": None,
    "resolved_at": None,
    "seen_at": None,
}
"""What a conversation has that was just begun."""


class _Made:
    """A row made here: it answers by name and by position, as the engines' do."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[Any, Any]) -> None:
        self._values = values

    def __getitem__(self, key: int | str) -> Any:
        try:
            return self._values[key]
        except KeyError:
            if isinstance(key, int):
                return list(self._values.values())[key]
            raise IndexError(f"no column is named {key}") from None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values.values())

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> list[str]:
        return list(self._values)

    def values(self) -> dict[str, Any]:
        return dict(self._values)


_THERE: Row = _Made({"1": 1})


def fields(row: Row) -> dict[str, Any]:
    """A row's values by the names of its columns."""
    # By place: SQLite's rows look for each name among all columns.
    return row.values() if isinstance(row, _Made) else dict(zip(row.keys(), row, strict=True))
