"""The top line: the views with their counts, or what is open when the thread has the whole screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from omni_tui.model.conversation import ConversationRow
from omni_tui.model.count import Count
from omni_tui.model.view import View
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, cells, ends
from omni_tui.screens.thread.head import lateness_words, subject_of
from omni_tui.text.cells import cut
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


def views_line(
    views: Sequence[View], counts: Mapping[str, Count], current: str, selected: int, width: int, context: Context
) -> Line:
    """``1 Inbox 128   2 Mine 14`` with the selection and the agent at the right. Views that do not fit are left out
    at the right, or at the left where the current one would be."""
    right: list[Span] = []
    if selected:
        right += [Span(_("{count} selected").format(count=f"{selected:,}"), "accent bold"), Span("   ")]
    right += [Span(clean_line(context.agent.name or context.agent.login), "muted"), Span(" ")]
    room = width - cells(right) - 2
    tabs = [_tab(view, counts.get(view.id), here=view.id == current) for view in views]
    here = next((n for n, view in enumerate(views) if view.id == current), 0)
    first = 0
    while first < here and _breadth(tabs[first : here + 1]) > room:
        first += 1
    line: list[Span] = [Span(" ")]
    for number, tab in enumerate(tabs[first:]):
        gap = [Span(_GAP)] if number else []
        if cells(line) + cells(gap) + cells(tab) > room and number:
            break
        line += [*gap, *tab]
    return ends(line, right, width)


_GAP = "   "
_WIDEST_NAME = 20
_ROOM_FOR_PLACE = 50
"""Cells from which there is room for the view and the place in it beside a subject."""


def _tab(view: View, count: Count | None, *, here: bool) -> list[Span]:
    number = [Span(f"{view.number} ", "faint")] if view.number else []
    title = cut(clean_line(view.title), _WIDEST_NAME)
    tab = [*number, Span(title, "text bold underline" if here else "muted")]
    if count is not None and (view.counted or here):
        tab.append(Span(f" {count}", "text" if here else "faint"))
    return tab


def _breadth(tabs: Sequence[Sequence[Span]]) -> int:
    return 1 + sum(cells(tab) for tab in tabs) + len(_GAP) * (len(tabs) - 1)


def thread_line(
    title: str,
    place: tuple[int, Count] | None,
    row: ConversationRow | None,
    width: int,
    context: Context,
    *,
    merged: bool,
    typing: str = "",
) -> Line:
    """``q Inbox 1 of 128``; where the thread has no head of its own (``merged``), subject and lateness too, or that the
    customer is ``typing``."""
    subject_alone = merged and row is not None and width < _ROOM_FOR_PLACE
    back = context.key("back", "q")
    left = [Span(" "), Span(back, "text bold"), *([] if subject_alone else [Span(f" {title}", "muted")])]
    if place is not None and not subject_alone:
        left.append(Span(_(" {index} of {count}").format(index=f"{place[0]:,}", count=place[1]), "faint"))
    right: list[Span] = []
    if merged and row is not None:
        left += [Span(f"{' ' if subject_alone else '   '}#{row.ref} ", "muted"), Span(subject_of(row), "text bold")]
        late = lateness_words(row, context)
        right = [Span(late.text, f"{late.ink} bold")] if late is not None else []
        right = [Span(typing, "accent")] if typing else right
    else:
        right = [Span(clean_line(context.agent.name or context.agent.login), "muted")]
    return ends(left, (*right, Span(" ")), width)
