"""The top line: the views with their counts, or what is open when the thread has the whole screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from omni_tui.desk.inbox import View
from omni_tui.model.conversation import ConversationRow
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, cells, ends
from omni_tui.screens.thread.head import lateness_words, subject_of
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


def views_line(
    views: Sequence[View], counts: Mapping[str, int], current: str, selected: int, width: int, context: Context
) -> Line:
    """``1 Inbox 128   2 Mine 14`` with the selection and the agent at the right; views drop from the right."""
    right: list[Span] = []
    if selected:
        right += [Span(_("{count} selected").format(count=f"{selected:,}"), "accent bold"), Span("   ")]
    right += [Span(clean_line(context.agent.name or context.agent.login), "muted"), Span(" ")]
    room = width - cells(right) - 2
    line: list[Span] = [Span(" ")]
    for number, view in enumerate(views, 1):
        here = view.name == current
        tab = [
            Span(f"{number} ", "faint"),
            Span(_(view.title), "text bold underline" if here else "muted"),
        ]
        if view.name in counts:
            tab += [Span(f" {counts[view.name]:,}", "text" if here else "faint")]
        if cells(line) + cells(tab) + 3 > room:
            break
        line += [Span("   ") if number > 1 else Span(""), *tab]
    return ends(line, right, width)


def thread_line(
    title: str,
    place: tuple[int, int] | None,
    row: ConversationRow | None,
    width: int,
    context: Context,
    *,
    merged: bool,
) -> Line:
    """``q Inbox 1 of 128``; where the thread has no head of its own (``merged``), subject and lateness too."""
    left = [Span(" "), Span("q", "text bold"), Span(f" {title}", "muted")]
    if place is not None:
        left.append(Span(_(" {index} of {count}").format(index=f"{place[0]:,}", count=f"{place[1]:,}"), "faint"))
    right: list[Span] = []
    if merged and row is not None:
        left += [Span(f"   #{row.ref} ", "muted"), Span(subject_of(row), "text bold")]
        late = lateness_words(row, context)
        right = [Span(late.text, f"{late.ink} bold")] if late is not None else []
    else:
        right = [Span(clean_line(context.agent.name or context.agent.login), "muted")]
    return ends(left, (*right, Span(" ")), width)
