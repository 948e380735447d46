"""One conversation as one or two lines: its letters, words and columns (design, section 3: the grid)."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.config.settings import InboxSettings
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import Direction, OutboxState, Priority, Status
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, at_word, cells, column, column_right
from omni_tui.text.cells import pieces, width
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

_MINUTE = 60_000
EDGE = "|"
"""Tells the list from what stands beside it where grounds do not."""
_ONE_LINE_FROM = 70
_CHANNEL_FROM = 32


@dataclass(frozen=True, slots=True)
class Mark:
    """A letter and its ink."""

    letter: str = ""
    ink: str = "muted"


def kind_word(kind: str) -> str:
    """A channel's kind in at most four cells."""
    words = {
        "mail": _("mail"),
        "email": _("mail"),
        "chat": _("chat"),
        "whatsapp": "wa",
        "wechat": "wx",
        "instagram": "ig",
        "telegram": "tg",
    }
    return words.get(kind, kind)


def state(row: ConversationRow) -> Mark:
    """New, failed, waiting for the customer (pending), snoozed or resolved."""
    if row.outbox in (OutboxState.FAILED, OutboxState.UNCERTAIN):
        return Mark(_("F"), "alarm bold")
    if row.unread:
        return Mark(_("N"), "accent bold")
    if row.status is Status.SNOOZED:
        return Mark(_("S"))
    if row.status is not Status.OPEN:
        return Mark(_("R"))
    if row.waiting_since is None and row.last_direction is Direction.OUTBOUND:
        return Mark(_("P"))
    return Mark()


def urgency(row: ConversationRow) -> Mark:
    """``!`` urgent, ``+`` high, ``-`` low; nothing for what is normal."""
    return _URGENCY.get(row.priority, Mark())


_URGENCY = {
    Priority.URGENT: Mark("!", "alarm bold"),
    Priority.HIGH: Mark("+", "caution bold"),
    Priority.LOW: Mark("-", "faint"),
}


def lateness(row: ConversationRow, settings: InboxSettings, now: int) -> Mark:
    """``L`` when the customer waits longer than ``late_after_m``, ``D`` when longer than ``warn_after_m``."""
    if row.waiting_since is None or row.status is not Status.OPEN:
        return Mark()
    waited = now - row.waiting_since
    if waited >= settings.late_after_m * _MINUTE:
        return Mark(_("L"), "alarm")
    if waited >= settings.warn_after_m * _MINUTE:
        return Mark(_("D"), "caution")
    return Mark()


def times(row: ConversationRow, context: Context) -> Times:
    """What a row shows of the time that went by."""
    late = lateness(row, context.settings.inbox, context.now())
    since = row.last_at if row.waiting_since is None else row.waiting_since
    return late, Mark(context.age(since), late.ink)


def lead_word(row: ConversationRow) -> Mark:
    """What stands before the subject: a reply that did not leave, or a draft."""
    if row.outbox is OutboxState.FAILED:
        return Mark(_("not sent"), "alarm")
    if row.outbox is OutboxState.UNCERTAIN:
        return Mark(_("sent or not?"), "alarm")
    if row.draft:
        return Mark(_("draft"), "caution" if row.own_draft else "muted")
    return Mark()


Times = tuple[Mark, Mark]
"""How late a row is, and the age it shows."""

_PREVIEW_LEAST = 10


def name_of(row: ConversationRow) -> str:
    """Who it is, never empty."""
    return clean_line(row.customer) or clean_line(row.address) or _("unknown sender")


def row_height(pane: int, density: str = "normal") -> int:
    """Lines a row takes in a pane so wide: two in a narrow one, one in a wide or compact one; in a roomy one more."""
    lines = 1 if pane >= _ONE_LINE_FROM or density == "compact" else 2
    return lines + 1 if density == "roomy" else lines


def row_lines(
    row: ConversationRow, pane: int, context: Context, *, edge: str = "", cursor: bool = False, marked: bool = False
) -> tuple[Line, ...]:
    """The row's lines in a pane so wide, without the cell of its ``edge`` where that is drawn."""
    size = pane - (1 if edge and context.tones.flat else 0)
    density = context.look.density
    gap: tuple[Line, ...] = ((),) if density == "roomy" else ()
    if pane >= _ONE_LINE_FROM or density == "compact":
        return (one_line(row, size, context, cursor=cursor, marked=marked), *gap)
    return (*two_lines(row, size, context, cursor=cursor, marked=marked), *gap)


def two_lines(row: ConversationRow, size: int, context: Context, *, cursor: bool, marked: bool) -> tuple[Line, Line]:
    """The row for a narrow pane: who and when above, what below. In a very narrow one channel and columns make room."""
    late, wait = times(row, context)
    head = _gutter(row, cursor=cursor, marked=marked)
    if size >= _CHANNEL_FROM:
        head.append(column(kind_word(row.kind), 6, "muted"))
        tail = [column(late.letter, 2, f"{late.ink} bold"), Span(" "), column_right(wait.letter, 4, wait.ink)]
    else:
        tail = [
            Span(late.letter, f"{late.ink} bold"),
            *([Span(" ")] if late.letter else []),
            Span(wait.letter, wait.ink),
        ]
    before, taken = cells(head), cells(tail) + 1
    head += _name(row, min(24, size - taken - before - 1))
    head.extend(_tags(row, size - taken - 1 - cells(head)))
    head.append(Span(" " * (size - taken - cells(head))))
    head += [*tail, Span(" ")]

    owner = _owner(row, context)
    below = [Span(">" if cursor and context.tones.flat else " ", "accent bold"), Span(" " * (before - 1))]
    room = size - before - 1 - (width(owner.text) + 1 if owner.text else 0)
    below += _subject(row, max(room, 4), context)
    below += [Span(" " * (size - 1 - cells(below) - width(owner.text))), owner, Span(" ")]
    return tuple(head), tuple(below)


def one_line(row: ConversationRow, size: int, context: Context, *, cursor: bool, marked: bool) -> Line:
    """The row for a pane of the full width; in a narrower one without its owner."""
    late, wait = times(row, context)
    *gutter, urgent = _gutter(row, cursor=cursor, marked=marked)
    line = [*gutter, column(kind_word(row.kind), 4, "muted"), urgent]
    narrow = size < _ONE_LINE_FROM - 1
    across = 13 if narrow else 16
    shown = _name(row, across + 1)
    line += [*shown, Span(" " * (across + 2 - cells(shown)))]
    room = size - cells(line) - (9 if narrow else 14)
    subject = _subject(row, room, context)
    owner = _owner(row, context)
    line += [*subject, Span(" " * (room - cells(subject) + 1))]
    line += [] if narrow else [column_right(owner.text[:4], 4, owner.ink), Span(" ")]
    line += [column(late.letter, 2, f"{late.ink} bold")]
    line += [Span(" "), column_right(wait.letter, 4, wait.ink), Span(" ")]
    return tuple(line)


def placeholder(size: int, index: int) -> Line:
    """Stands for a row that is on its way."""
    return (Span(" " * 11), Span("." * (8 + index * 7 % 12), "faint"), Span(" " * max(0, size - 31)))


def _gutter(row: ConversationRow, *, cursor: bool, marked: bool) -> list[Span]:
    mark, urgent = state(row), urgency(row)
    return [
        Span(">" if cursor else " ", "accent bold"),
        Span("x" if marked else " ", "accent bold"),
        column(mark.letter, 2, mark.ink),
        Span(urgent.letter, urgent.ink) if urgent.letter else Span(" "),
    ]


def _owner(row: ConversationRow, context: Context) -> Span:
    if row.assignee is None:
        return Span("", "muted")
    if context.is_me(row.assignee):
        return Span(_("me"), "text")
    return Span(at_word(clean_line(row.assignee), 5)[0][:5], "muted")


def _name(row: ConversationRow, room: int) -> list[Span]:
    # Cut within a word: of a name its first letters tell more than a gap does.
    whole, ink = name_of(row), "text bold" if row.unread else "soft"
    if width(whole) <= room:
        return [Span(whole, ink)]
    name, left = "", room - 2
    for sign, size in pieces(whole):
        left -= size
        if left < 0:
            break
        name += sign
    return [Span(name.rstrip(), ink), Span("..", "faint")]


def _tags(row: ConversationRow, room: int) -> list[Span]:
    # A tag is shown whole or not at all; half a word could be another tag.
    spans: list[Span] = []
    for tag in row.tags:
        text = ("  " if not spans else " ") + clean_line(tag)
        if width(text) > room:
            break
        room -= width(text)
        spans.append(Span(text, "muted"))
    return spans


def _subject(row: ConversationRow, room: int, context: Context) -> list[Span]:
    spans: list[Span] = []
    lead = lead_word(row)
    if lead.letter:
        spans += [Span(lead.letter, lead.ink), Span("  ")]
    subject = clean_line(row.subject)
    preview = " ".join(clean_line(row.snippet).split())
    if not subject:
        subject, preview = preview, ""
    text, cut_off = at_word(subject, room - cells(spans))
    spans.append(Span(text, "text" if row.unread else "muted"))
    if cut_off:
        spans.append(Span("..", "faint"))
        return spans
    left = room - cells(spans) - 2
    text, cut_off = at_word(preview, left) if left >= _PREVIEW_LEAST else ("", False)
    if text and (not cut_off or width(text) >= _PREVIEW_LEAST):
        spans += [Span("  "), Span(text, "faint")]
        if cut_off:
            spans.append(Span("..", "faint"))
    return spans
