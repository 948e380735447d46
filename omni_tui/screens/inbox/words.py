"""What the footer says after an action, in plain words."""

from __future__ import annotations

from omni_tui.model.outcome import Outcome
from omni_tui.text.i18n import _, ngettext


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
    }.get(outcome.verb, outcome.verb)
    return template.format(n=n, detail=detail)


def undone(outcome: Outcome) -> str:
    """What undo took back."""
    count = len(outcome.changed)
    if outcome.verb == "reply" and count:
        return _("Called back, nothing was sent; the text is your draft again")
    if outcome.verb == "note" and count:
        return _("Note taken back; the text is your draft again")
    if not count:
        return _("Nothing could be taken back")
    n = ngettext("{count} conversation", "{count} conversations", count).format(count=f"{count:,}")
    return _("Undone: {verb} of {n}").format(verb=outcome.verb, n=n)


def redone(outcome: Outcome) -> str:
    """What redo did again."""
    count = len(outcome.changed)
    n = ngettext("{count} conversation", "{count} conversations", count).format(count=f"{count:,}")
    return _("Done again: {verb} of {n}").format(verb=outcome.verb, n=n)
