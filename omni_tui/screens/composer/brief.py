"""Whom something goes to in a line or two, where a screen has room for no more."""

from __future__ import annotations

from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import DraftMode
from omni_tui.model.message import Party, Thread
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, cells, ends
from omni_tui.screens.draw.times import moment
from omni_tui.screens.list.draw import kind_word
from omni_tui.text.cells import cut
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _, ngettext

_ABOUT = 6
"""Cells a subject is worth being told in."""


def mode_word(mode: DraftMode) -> str:
    """What is being written, as the word that stands by it."""
    words = {DraftMode.NOTE: _(" NOTE "), DraftMode.FORWARD: _(" FWD "), DraftMode.NEW: _(" NEW ")}
    return words.get(mode, _(" REPLY "))


def brief_aside(mode: DraftMode, fields: DraftFields, files: int, context: Context) -> Line:
    """How many files go along and when it is to leave, where that is told in no line of its own."""
    if mode is DraftMode.NOTE:
        return ()
    told: list[Span] = []
    if files:
        told.append(Span(ngettext("{count} file", "{count} files", files).format(count=files), "muted"))
    if fields.at > context.now():
        told += [*([Span(" ")] if told else []), Span(moment(fields.at, context), "accent")]
    return tuple(told)


def brief_lines(
    word: Span,
    mode: DraftMode,
    thread: Thread | None,
    fields: DraftFields,
    copies: tuple[Party, ...],
    right: Line,
    room: int,
    *,
    most: int,
) -> tuple[list[Line], bool]:
    """``REPLY mail ana@posteo.example +1`` in ``room`` cells: the address before the name, ``+1`` for one in copy,
    ``not to 1 other``, or ``-1``, for one on the mail who does not get the answer, what it is about where that fits,
    and what is told :func:`brief_aside` at the ``right``; in two lines, if ``most`` allows them, where the address
    would be cut in one. What the whole head warns of is told by ``!``.

    And whether that is enough: nothing is cut but what it is about, and nothing is to be warned of.
    """
    lead: Line = (Span(word.text.strip(), word.ink), Span(" "))
    if mode is DraftMode.NOTE:
        line = (*lead, Span(_("team only"), "caution bold"))
        return [ends(line, right, room, 1)], cells((*line, *right)) < room
    out = 0
    if mode is DraftMode.REPLY and thread is not None:
        out = 0 if copies else len(thread.reply.others)
        kind, about = kind_word(thread.reply.kind) + " ", ""
        to = [clean_line(each.address) or clean_line(each.name) for each in thread.reply_to]
        warned = bool(thread.reply_changed or thread.reply.unproven)
    else:
        kind, about, warned = "", clean_line(fields.subject), False
        to = [each.strip() for each in clean_line(fields.to).split(",") if each.strip()]
    if not to:
        return [ends((*lead, Span(_("to nobody"), "alarm bold")), right, room, 1)], False
    others = len(to) - 1 + len(copies)
    more = (Span(f" +{others}", "text bold"),) if others else ()
    lead = (*lead, Span("! ", "caution bold")) if warned else lead
    who = Span(to[0], "caution bold" if warned else "text bold")
    whole = (*lead, Span(kind, "muted"), who)
    right = (Span(" "), *right) if right else ()
    if out:
        words = ngettext("not to {count} other", "not to {count} others", out).format(count=out)
        told, short = (*more, Span(f"  {words}", "caution")), (*more, Span(f" -{out}", "caution bold"))
        more = told if cells((*lead, who, *told, *right)) <= room else short
    aside = (*more, *right)
    # An address of mail shows by itself what it is.
    left = whole if cells((*whole, *aside)) <= room or "@" not in to[0] else (*lead, who)
    if cells((*left, *aside)) > room:
        first = cut(who.text, room - cells(lead), "")
        rest = who._replace(text=who.text.removeprefix(first))
        if most > 1 and first and cells((rest, *aside)) <= room:
            return [(*lead, who._replace(text=first)), ends((rest,), aside, room, 0)], not warned
        return [ends(left, aside, room, 0)], False
    if about and (left_over := room - cells((*left, *aside)) - 2) >= _ABOUT:
        return [ends((*left, *more, Span(f"  {cut(about, left_over)}", "muted")), right, room, 0)], not warned
    return [ends(left, aside, room, 0)], not warned
