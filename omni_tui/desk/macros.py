"""Macros: several actions under one name, done together to each conversation as one act that one undo takes back.

A macro is a list of lines as the command line of the inbox takes them: ``tag refund``, ``assign bo``,
``snooze tomorrow 9``, ``resolve``. Those of the configuration have names; those an agent recorded have a letter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from omni_tui.desk import agents, triage
from omni_tui.desk.acts import Act
from omni_tui.desk.changing import Change, Tally, change_fields, change_tags
from omni_tui.desk.collisions import Seen
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.store import Store, Writer
from omni_tui.text.i18n import _
from omni_tui.text.when import parse_when

_FIXED: dict[str, Mapping[str, Any]] = {
    "resolve": triage.RESOLVED,
    "reopen": triage.OPEN,
    "spam": triage.SPAM,
    "trash": triage.TRASH,
    "unassign": {"assignee_id": None},
    "unread": {"unread": 1},
}
_VALUED = ("assign", "tag", "untag", "snooze", "priority")
STEPS = (*_FIXED, "take", *_VALUED)
"""What a macro can do."""
MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class Macro:
    """``name`` is a letter for a recorded one. ``recorded`` by the agent, or else from the configuration."""

    name: str
    steps: tuple[str, ...]
    recorded: bool


def check(steps: Sequence[str], now_ms: int, tz: tzinfo) -> None:
    """Raise UsageError for a line that is no step, naming it."""
    if not steps:
        raise UsageError(_("A macro needs at least one action."), _("Such as: tag refund"))
    if len(steps) > MOST_STEPS:
        raise UsageError(_("A macro has at most {most} actions.").format(most=MOST_STEPS))
    for line in steps:
        _read(line, now_ms, tz)


def run(
    store: Store, agent: Agent, ids: Sequence[str], macro: Macro, tz: tzinfo, *, seen: Seen | None = None
) -> Outcome:
    """Do all steps to each conversation, in one transaction. One that a step leaves alone is left alone by the rest."""
    logins = [value for name, value in map(_words, macro.steps) if name == "assign"]
    assignees = {login: agents.named(store, login).id for login in logins}

    def done(tx: Writer) -> Outcome:
        check(macro.steps, tx.now, tz)
        act, tally = Act(tx, f"macro {macro.name}", agent), Tally()
        for line in macro.steps:
            name, value = _read(line, tx.now, tz)
            if name in ("tag", "untag"):
                change_tags(tx, act, ids, triage.tags_named(str(value).split()), tally, adds=name == "tag")
            else:
                change_fields(tx, act, agent, ids, _change(name, value, agent, assignees), seen or {}, tally)
        return tally.outcome(f"macro {macro.name}", act)

    return store.act(done)


def listed(store: Store, agent: Agent, configured: Mapping[str, Sequence[str]]) -> tuple[Macro, ...]:
    """Every macro of the agent: those of the configuration by name, then the recorded ones they do not hide."""
    with store.read() as tx:
        rows = tx.all("macros_of", agent_id=agent.id)
    recorded = [Macro(row["letter"], tuple(json.loads(row["steps"])), True) for row in rows]
    own = [Macro(name, tuple(steps), False) for name, steps in sorted(configured.items())]
    return (*own, *(each for each in recorded if each.name not in configured))


def named(macros: Sequence[Macro], name: str) -> Macro:
    """The macro called ``name``. Raises NotFound, with all of them."""
    found = next((each for each in macros if each.name == name), None)
    if found is None:
        known = ", ".join(each.name for each in macros) or _("none yet")
        raise NotFound(_("There is no macro {name}.").format(name=repr(name)), _("Macros: {known}").format(known=known))
    return found


def record(
    store: Store, agent: Agent, letter: str, steps: Sequence[str], tz: tzinfo, configured: Mapping[str, Sequence[str]]
) -> Macro:
    """Keep ``steps`` under a letter or digit, instead of what was there. Raises UsageError."""
    if len(letter) != 1 or not (letter.isascii() and letter.isalnum()):
        raise UsageError(_("A recorded macro has one letter or digit."), _("Such as: r"))
    if letter in configured:
        raise UsageError(
            _("{letter} is a macro of the configuration.").format(letter=letter), _("Choose another letter.")
        )

    def recorded(tx: Writer) -> None:
        check(steps, tx.now, tz)
        tx.run("save_macro", agent_id=agent.id, letter=letter, steps=json.dumps(list(steps)), now=tx.now)

    store.act_durably(recorded)
    return Macro(letter, tuple(steps), True)


def forget(store: Store, agent: Agent, letter: str) -> None:
    """Throw a recorded macro away. Raises NotFound."""

    def forgotten(tx: Writer) -> None:
        if all(row["letter"] != letter for row in tx.all("macros_of", agent_id=agent.id)):
            raise NotFound(_("There is no recorded macro {name}.").format(name=repr(letter)))
        tx.run("delete_macro", agent_id=agent.id, letter=letter)

    store.act_durably(forgotten)


def _words(line: str) -> tuple[str, str]:
    name, _space, value = " ".join(line.split()).partition(" ")
    return name, value


def _read(line: str, now_ms: int, tz: tzinfo) -> tuple[str, Any]:
    """The step a line names, with its value as the store has it. Raises UsageError."""
    name, value = _words(line)
    if name not in STEPS:
        raise UsageError(
            _("A macro cannot do {line}.").format(line=repr(line)), _("It can: {known}.").format(known=", ".join(STEPS))
        )
    if (name in _VALUED) is not bool(value):
        what = _("{name} wants a value in a macro.") if name in _VALUED else _("{name} takes no value in a macro.")
        raise UsageError(what.format(name=name), _("Such as: tag refund; assign bo; snooze tomorrow 9; resolve"))
    if name == "snooze":
        try:
            return name, parse_when(value, now_ms, tz)
        except ValueError as error:
            raise UsageError(str(error)) from error
    if name in ("tag", "untag"):
        return name, " ".join(triage.tags_named(value.replace(",", " ").split()))
    return name, triage.priority_named(value).rank if name == "priority" else value


def _change(name: str, value: Any, agent: Agent, assignees: Mapping[str, str]) -> Change:
    wanted: dict[str, Any]
    match name:
        case "take":
            wanted = {"assignee_id": agent.id}
        case "assign":
            wanted = {"assignee_id": assignees[value]}
        case "snooze":
            wanted = {"status": "snoozed", "snoozed_until": value, "unread": 0}
        case "priority":
            wanted = {"priority": value}
        case _:
            wanted = dict(_FIXED[name])
    return lambda row: wanted
