"""What a thread is about, in two lines; at 80 columns one line of the header."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.desk.state_words import status_word
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import Priority, Status
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, ends
from omni_tui.screens.draw.times import moment, span
from omni_tui.screens.list.draw import lateness, name_of
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

_MINUTE = 60_000
_RELATED = 5


def subject_of(row: ConversationRow) -> str:
    """The subject, never empty."""
    return clean_line(row.subject) or _("no subject")


def lateness_words(row: ConversationRow, context: Context) -> Span | None:
    """``late by 39m`` or ``due in 12m``, in the ink it deserves."""
    mark = lateness(row, context.settings.inbox, context.now())
    if row.waiting_since is None or not mark.letter:
        return None
    over = context.now() - row.waiting_since - context.settings.inbox.late_after_m * _MINUTE
    if abs(over) < _MINUTE:
        return Span(_("late now"), mark.ink)
    words = _("late by {span}") if over >= 0 else _("due in {span}")
    return Span(words.format(span=span(abs(over))), mark.ink)


def priority_word(priority: Priority) -> str:
    """A priority as people say it."""
    return {
        Priority.LOW: _("low priority"),
        Priority.NORMAL: _("normal priority"),
        Priority.HIGH: _("high priority"),
        Priority.URGENT: _("urgent"),
    }[priority]


def head_lines(
    row: ConversationRow, width: int, context: Context, typing: str = "", related: Sequence[int] = ()
) -> tuple[Line, ...]:
    """Number, subject and how long the customer waits; below it customer, state, owner, tags, and who is typing.

    ``related`` are the numbers of the conversations it refers to.
    """
    right: list[Span] = []
    if row.waiting_since is not None and row.status is Status.OPEN:
        mark = lateness(row, context.settings.inbox, context.now())
        ink = f"{mark.ink} bold" if mark.letter else "text bold"
        waited = context.now() - row.waiting_since
        if waited < _MINUTE:
            right = [Span(_("wrote just now"), "muted")]
        else:
            right = [Span(_("waiting "), "muted"), Span(span(waited), ink)]
        late = lateness_words(row, context)
        right += [Span("  "), late] if late is not None else []
    elif row.status is Status.SNOOZED and row.snoozed_until is not None:
        right = [Span(_("until {moment}").format(moment=moment(row.snoozed_until, context)), "muted")]
    right.append(Span("  "))
    number = f"#{row.ref}"
    gap = " " * max(1, 6 - len(number))
    left = (Span("  "), Span(number, "muted"), Span(gap), Span(subject_of(row), "text bold"))
    if row.assignee is None:
        owner = _("nobody's")
    else:
        owner = _("yours") if context.is_me(row.assignee) else clean_line(row.assignee)
    facts = [
        name_of(row),
        status_word(row.status),
        priority_word(row.priority) if row.priority is not Priority.NORMAL else "",
        owner,
        " ".join(clean_line(tag) for tag in row.tags),
        _("see {refs}").format(refs=" ".join(f"#{ref}" for ref in related[:_RELATED])) if related else "",
    ]
    below = Span("   ".join(fact for fact in facts if fact), "muted")
    return ends(left, right, width), ends((Span(" " * 8), below), (Span(typing, "accent"), Span("  ")), width, 0), ()
