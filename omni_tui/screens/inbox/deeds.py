"""What agents do to conversations from the screen, as data: how the rows will look, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from omni_tui.desk.actions import title_of
from omni_tui.desk.macros import Macro
from omni_tui.desk.state_words import level_word
from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.enums import Priority, Status
from omni_tui.model.outcome import Outcome
from omni_tui.text.i18n import _, ngettext

_AT_WORK = frozenset({"inbox", "mine", "unassigned", "waiting", "snoozed"})
_EVERYWHERE = _AT_WORK | {"resolved", "bulk", "all"}
_LEAVES: dict[str, frozenset[str]] = {
    "resolve": _AT_WORK | {"spam"},
    "snooze": (_AT_WORK - {"snoozed"}) | {"resolved", "spam"},
    "reopen": frozenset({"snoozed", "resolved", "spam"}),
    "take": frozenset({"unassigned"}),
    "assign": frozenset({"unassigned"}),
    "unassign": frozenset({"mine"}),
    "spam": _EVERYWHERE,
    "block": _EVERYWHERE,
    "trash": _EVERYWHERE | {"spam"},
    "not_spam": frozenset({"spam"}),
    "unblock": frozenset({"spam"}),
}


@dataclass(frozen=True, slots=True)
class Deed:
    """An action with what it was given; kept so that it can be repeated on other conversations.

    ``line`` is what the command line would say, which a macro records. ``steps`` are those of a macro.
    """

    action: str
    values: tuple[str, ...] = ()
    until: int = 0
    line: str = ""
    macro: Macro | None = None
    steps: tuple[Deed, ...] = ()


def leaves(deed: Deed, view: str, agent: Agent) -> bool:
    """Whether the rows leave the view."""
    if deed.steps:
        return any(leaves(step, view, agent) for step in deed.steps)
    if deed.action == "assign" and view == "mine":
        return deed.values[:1] != (agent.login,)
    return view in _LEAVES.get(deed.action, frozenset())


def expected(deed: Deed, row: ConversationRow, agent: Agent) -> ConversationRow:
    """The row as the action will leave it."""
    for step in deed.steps:
        row = expected(step, row, agent)
    values = deed.values
    match deed.action:
        case "resolve":
            return replace(row, status=Status.RESOLVED, unread=False, snoozed_until=None)
        case "reopen":
            return replace(row, status=Status.OPEN, snoozed_until=None)
        case "spam" | "block":
            return replace(row, status=Status.SPAM, unread=False, snoozed_until=None)
        case "trash":
            return replace(row, status=Status.TRASH, unread=False, snoozed_until=None)
        case "not_spam" | "unblock":
            return replace(row, status=Status.OPEN) if row.status is Status.SPAM else row
        case "snooze":
            return replace(row, status=Status.SNOOZED, unread=False, snoozed_until=deed.until)
        case "take":
            return replace(row, assignee=agent.login)
        case "assign":
            return replace(row, assignee=values[0] if values else row.assignee)
        case "unassign":
            return replace(row, assignee=None)
        case "priority":
            return replace(row, priority=Priority(values[0]))
        case "tag":
            return replace(row, tags=tuple(dict.fromkeys((*row.tags, *values))))
        case "untag":
            return replace(row, tags=tuple(tag for tag in row.tags if tag not in values))
        case "unread":
            return replace(row, unread=True)
        case _:
            return row


def done(outcome: Outcome, detail: str) -> str:
    """``Tagged 12 conversations``; ``detail`` is whom, which or until when."""
    count = len(outcome.changed)
    if count == 0:
        return _("Nothing to do: it already is so")
    n = ngettext("{count} conversation", "{count} conversations", count).format(count=f"{count:,}")
    template = {
        "resolve": _("Resolved {n}"),
        "reopen": _("Reopened {n}"),
        "snooze": _("Snoozed {n} until {detail}"),
        "take": _("Took {n}"),
        "assign": _("Assigned {n} to {detail}"),
        "unassign": _("Unassigned {n}"),
        "tag": _("Tagged {n} {detail}"),
        "untag": _("Took {detail} off {n}"),
        "unread": _("Marked {n} unread"),
        "priority": _("{n}: priority {detail}"),
        "spam": _("Spam: {n}"),
        "not-spam": _("No spam: {n}"),
        "trash": _("In the trash: {n}"),
        "block": _("Blocked the sender of {n}"),
        "unblock": _("Unblocked the sender of {n}"),
        "merge": _("Merged {n} into {detail}"),
        "split": _("Split off as {detail}"),
        "move": _("Moved the message to {detail}"),
        "link": _("Linked {n} with {detail}"),
        "unlink": _("Unlinked {n} from {detail}"),
        "separate": _("Customers of their own again: {n}"),
    }.get(outcome.verb, "{verb}: {n}")
    shown = level_word(detail) if outcome.verb == "priority" else detail
    return template.format(n=n, detail=shown, verb=outcome.verb)


_SENT = ("reply", "forward", "compose")


def undone(outcome: Outcome) -> str:
    """What undo took back."""
    count = len(outcome.changed)
    if outcome.verb in _SENT and count:
        return _("Called back, nothing was sent; the text is your draft again")
    if outcome.verb == "note" and count:
        return _("Note taken back; the text is your draft again")
    if named := (*outcome.views, *outcome.snippets, *outcome.customers):
        return _("Undone: {verb} {names}").format(verb=title_of(outcome.verb), names=", ".join(named))
    if not count:
        return _("Nothing could be taken back")
    n = ngettext("{count} conversation", "{count} conversations", count).format(count=f"{count:,}")
    return _("Undone: {verb} of {n}").format(verb=title_of(outcome.verb), n=n)


def redone(outcome: Outcome) -> str:
    """What redo did again."""
    if outcome.verb in _SENT and outcome.changed:
        return _("Queued again")
    if outcome.verb == "note" and outcome.changed:
        return _("Note saved")
    if named := (*outcome.views, *outcome.snippets, *outcome.customers):
        return _("Done again: {verb} {names}").format(verb=title_of(outcome.verb), names=", ".join(named))
    count = len(outcome.changed)
    n = ngettext("{count} conversation", "{count} conversations", count).format(count=f"{count:,}")
    return _("Done again: {verb} of {n}").format(verb=title_of(outcome.verb), n=n)


def some_of(sentences: Sequence[str]) -> str:
    """The first of several sentences, and how many more there are."""
    if len(sentences) < 2:
        return "".join(sentences)
    return _("{first} And {count} more.").format(first=sentences[0], count=f"{len(sentences) - 1:,}")


SIMPLE = (
    "resolve",
    "reopen",
    "take",
    "unassign",
    "unread",
    "spam",
    "not_spam",
    "trash",
    "block",
    "unblock",
    "separate",
)
ASKING = ("assign", "tag", "untag", "snooze", "priority")
