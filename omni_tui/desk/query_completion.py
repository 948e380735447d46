"""What may stand at a place of a query: keys with what they mean, and the values a key can have here.

For the search line and for the shell. Everything offered is raw text, ready to be put in place of what is begun.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from omni_tui.desk import agents, channels, tagging
from omni_tui.model.conversation import Agent
from omni_tui.model.query import KEYS
from omni_tui.store import Store
from omni_tui.text.i18n import _

MOST = 50

MEANINGS: dict[str, str] = {
    "is": _("where it stands: open, snoozed, unread ..."),
    "assignee": _("whose it is: me, none, a login"),
    "priority": _("how urgent: low, normal, high, urgent"),
    "channel": _("the channel it came by, by name"),
    "kind": _("the kind of channel: mail ..."),
    "tag": _("a tag on it"),
    "mentions": _("whom a note in it names: me, a login"),
    "from": _("who wrote a message in it"),
    "customer": _("whose conversation it is, by name or address"),
    "ref": _("its number"),
    "has": _("what is in it: attachment, note, draft"),
    "before": _("last activity before a day, or so long ago"),
    "after": _("last activity since a day, or within so long"),
}
"""Every key of the language, in a line."""

_VALUES: dict[str, dict[str, str]] = {
    "is": {
        "open": _("waiting in the inbox"),
        "snoozed": _("put aside until a time"),
        "resolved": _("done"),
        "spam": _("spam"),
        "trash": _("thrown away"),
        "unread": _("nobody has opened it"),
        "bulk": _("newsletters and the like"),
        "failed": _("a reply did not leave"),
        "waiting": _("the customer waits for a reply"),
        "any": _("wherever it is, spam and trash too"),
    },
    "has": {
        "attachment": _("files"),
        "note": _("notes of the team"),
        "draft": _("a reply you began"),
    },
    "assignee": {"me": _("yours"), "none": _("nobody's")},
    "mentions": {"me": _("a colleague named you")},
    "priority": {
        "low": _("when there is time"),
        "normal": _("in its turn"),
        "high": _("soon"),
        "urgent": _("before everything else"),
    },
    "before": {
        "today": _("yesterday or longer ago"),
        "1d": _("a day ago or longer"),
        "7d": _("a week ago or longer"),
        "30d": _("a month ago or longer"),
        "1y": _("a year ago or longer"),
    },
    "after": {
        "today": _("since midnight"),
        "yesterday": _("since midnight of the day before"),
        "24h": _("within a day"),
        "7d": _("within a week"),
        "30d": _("within a month"),
        "1y": _("within a year"),
    },
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text for the place that is being completed, and what it means. A value ends its word, a key goes on."""

    text: str
    meaning: str = ""
    ends: bool = True


@dataclass(frozen=True, slots=True)
class Completion:
    """``candidates`` for the characters from ``start`` to ``end`` of the query."""

    start: int
    end: int
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cursor stands: in the value of ``key``, or (empty) in a word that may become a key.

    ``begun`` is what stands between ``start`` and the cursor.
    """

    key: str
    begun: str
    start: int
    end: int


def complete(store: Store, agent: Agent, text: str, cursor: int) -> Completion:
    """What may be put at ``cursor`` of the query ``text``, the likeliest first, at most ``MOST``."""
    place = place_of(text, cursor)
    if place is None:
        return Completion(cursor, cursor)
    if not place.key:
        found: Iterable[Candidate] = (
            Candidate(f"{key}:", meaning, ends=False)
            for key, meaning in MEANINGS.items()
            if key.startswith(place.begun.lower())
        )
    else:
        found = _values(store, agent, place.key, place.begun)
    candidates = tuple(each for each in found if each.text != text[place.start : place.end])[:MOST]
    return Completion(place.start, place.end, candidates)


def place_of(text: str, cursor: int) -> Place | None:
    """The place of ``cursor`` in ``text``; None inside a phrase, and where only words can stand."""
    start, quoted = 0, False
    for at, char in enumerate(text[:cursor]):
        if char == '"':
            quoted = not quoted
        elif not quoted and (char.isspace() or char in "()"):
            start = at + 1
    while text[start:cursor].startswith("-"):
        start += 1
    end = cursor if quoted else cursor + _rest(text[cursor:])
    key, colon, value = text[start:cursor].partition(":")
    if not colon:
        return None if quoted or '"' in key else Place("", key, start, end)
    if key.lower() not in KEYS:
        return None
    from_ = start + len(key) + 1 + _behind_comma(value)
    return Place(key.lower(), text[from_:cursor], from_, end)


def _behind_comma(value: str) -> int:
    """Where the last of several values begins; a comma in quotes separates nothing."""
    found, quoted = 0, False
    for at, char in enumerate(value):
        quoted = quoted != (char == '"')
        if char == "," and not quoted:
            found = at + 1
    return found


def _rest(text: str) -> int:
    """How many characters of the word go on behind the cursor."""
    return next((at for at, char in enumerate(text) if char.isspace() or char in '(),"'), len(text))


def _values(store: Store, agent: Agent, key: str, begun: str) -> Iterable[Candidate]:
    wanted = begun.strip('"').casefold()
    known = [Candidate(value, meaning) for value, meaning in _VALUES.get(key, {}).items()]
    if key in ("assignee", "mentions"):
        known += [
            Candidate(each.login, each.name if each.name != each.login else "") for each in agents.everyone(store)
        ]
    elif key == "tag":
        known += [Candidate(name) for name in tagging.names(store)]
    elif key == "channel":
        known += [Candidate(_quoted(each.name), each.address) for each in channels.listed(store)]
    elif key == "kind":
        known += [Candidate(kind) for kind in dict.fromkeys(each.kind for each in channels.listed(store))]
    elif key in ("customer", "from") and wanted:
        from omni_tui.store.names import beginning  # what reads words is read where words are asked for

        with store.read() as tx:
            names = beginning(tx, wanted, MOST)
        return [Candidate(_quoted(name)) for name in sorted(names)]
    return (each for each in known if each.text.strip('"').casefold().startswith(wanted))


def _quoted(text: str) -> str:
    """``text`` as one value: in quotes where it has characters that end a value."""
    plain = text.replace('"', " ")
    return f'"{plain}"' if any(char.isspace() or char in "()," for char in plain) else plain
