"""The journal of a conversation beside its thread, act by act: who did what, and which of it goes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni_tui.desk.actions import title_of
from omni_tui.desk.state_words import level_word, status_word
from omni_tui.model.enums import Status
from omni_tui.model.outcome import ActRow, JournalEntry
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, ends
from omni_tui.screens.draw.times import moment
from omni_tui.screens.panel.text import wrapped
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

_BODY = 8


@dataclass(frozen=True, slots=True)
class Laid:
    """The lines of the tab, and for each act the number of its first."""

    lines: list[Line]
    starts: list[int]


def activity_lines(acts: Sequence[ActRow], width: int, context: Context, chosen: str = "") -> Laid:
    """Acts, newest first; ``chosen`` is the id of the one keys are about, empty for none."""
    if not acts:
        words = _("Nothing was done to this conversation yet. Every action appears here, undone ones too.")
        return Laid(wrapped(words, width, "muted"), [])
    laid = Laid([], [])
    for act in acts:
        laid.starts.append(len(laid.lines))
        laid.lines.extend(_act(act, width, context, here=act.id == chosen))
    return laid


def _act(act: ActRow, width: int, context: Context, *, here: bool) -> list[Line]:
    clock = context.clock(act.at)
    room = max(8, width - _BODY)
    words = f"{clean_line(act.actor)} {clean_line(title_of(act.verb))}"
    ink = "faint" if act.undone else "soft"
    right: Line = ()
    if act.undone:
        right = (*_key(context.key("redo"), _("redo"), here=here), Span(_("undone"), "faint"))
    elif act.goes_back:
        right = _key(context.key("undo"), _("undo"), here=here)
    head = (Span(clock + " " * max(1, _BODY - len(clock)), "muted"), Span(words, f"{ink} bold" if here else ink))
    lines = [ends(head, right, width)]
    indent = Span(" " * _BODY)
    for entry in act.changes:
        change = _change(entry, context)
        lines += [(indent, Span(more, "muted")) for more in wrap(change, room) if change]
    if here and act.why_not and not act.undone:
        lines += [(indent, Span(more, "caution")) for more in wrap(clean_line(act.why_not), room)]
    return lines


def _key(key: str, word: str, *, here: bool) -> Line:
    return (Span(key, "text bold"), Span(f" {word} ", "muted")) if here else ()


def _change(entry: JournalEntry, context: Context) -> str:
    if entry.field == "unread":
        return {"1": _("unread"), "0": _("read")}.get(entry.after, "")
    field = {
        "assignee_id": _("owner"),
        "snoozed_until": _("until"),
        "status": _("state"),
        "priority": _("priority"),
        "tag": _("tag"),
        "link": _("linked"),
        "linked": _("linked"),
        "merged": _("merged"),
        "split_off": _("split off"),
        "split_from": _("split off from"),
        "moved_to": _("moved to"),
        "moved_from": _("moved from"),
    }.get(entry.field, clean_line(entry.field))
    before, after = (_value(entry.field, text, context) for text in (entry.before, entry.after))
    if before and after:
        return f"{field} {before} > {after}"
    return f"{field} + {after}" if after else (f"{field} - {before}" if before else "")


def _value(field: str, text: str, context: Context) -> str:
    if field == "snoozed_until" and text.isascii() and text.isdigit() and len(text) < 16:
        return moment(int(text), context)
    if field == "priority":
        return level_word(text)
    known = field == "status" and text in set(Status)
    return status_word(Status(text)) if known else clean_line(text)
