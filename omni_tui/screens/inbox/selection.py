"""What the thread's place shows while conversations are selected: which ones, and what a key does to all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from omni_tui.desk.actions import ACTIONS
from omni_tui.desk.actions.keymap import KeyMap
from omni_tui.model.conversation import ConversationRow
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import BLANK, Line, Span, column, ends
from omni_tui.screens.inbox.deeds import ASKING, SIMPLE
from omni_tui.screens.list.draw import lateness, name_of
from omni_tui.screens.thread.head import subject_of
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

_NAMED = 12
_KEY_COLUMN = 12


def selection_lines(
    rows: Sequence[ConversationRow], of: str, width: int, keys: KeyMap, context: Context
) -> tuple[Line, ...]:
    """The selected rows in ``width`` cells. ``of`` says out of how many they were chosen."""
    count = f"{len(rows):,}"
    head = ends((Span("  "), Span(_("{count} selected").format(count=count), "text bold")), (Span(of, "muted"),), width)
    owners = Counter(_owner(row, context) for row in rows)
    late = sum(lateness(row, context.settings.inbox, context.now()).letter == _("L") for row in rows)
    unread = sum(row.unread for row in rows)
    facts = [
        (_("customers"), f"{len({row.customer_id for row in rows}):,}", "text"),
        (_("assigned"), "   ".join(f"{who} {many:,}" for who, many in owners.most_common(6)), "text"),
        (_("unread"), f"{unread:,}", "text"),
        (_("late"), f"{late:,}", "alarm" if late else "text"),
    ]
    lines: list[Line] = [head, BLANK]
    lines += [(Span("  "), column(label, _KEY_COLUMN, "muted"), Span(value, ink)) for label, value, ink in facts]
    lines.append(BLANK)
    for row in rows[:_NAMED]:
        left = (Span(f"  #{row.ref} ", "muted"), Span(name_of(row), "soft"), Span(f"  {subject_of(row)}", "muted"))
        lines.append(ends(left, (Span(context.age(row.last_at), "faint"), Span("  ")), width))
    if len(rows) > _NAMED:
        lines.append((Span("  "), Span(_("and {count} more").format(count=f"{len(rows) - _NAMED:,}"), "faint")))
    lines += [BLANK, (Span("  "), Span(_("What a key does now, to all {count}").format(count=count), "faint bold"))]
    for action in ACTIONS:
        if action.name in SIMPLE or action.name in ASKING or action.name in ("merge", "link"):
            lines.append((Span("  "), column(keys.first_key(action.name), 5, "text bold"), Span(action.title, "soft")))
    lines.append((Span("  "), column(keys.first_key("back"), 5, "text bold"), Span(_("Clear the selection"), "soft")))
    return tuple(lines)


def _owner(row: ConversationRow, context: Context) -> str:
    if row.assignee is None:
        return _("nobody's")
    return _("yours") if context.is_me(row.assignee) else clean_line(row.assignee)
