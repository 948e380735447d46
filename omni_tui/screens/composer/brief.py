"""Whom something goes to in one line, where a screen has room for no more."""

from __future__ import annotations

from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import DraftMode
from omni_tui.model.message import Party, Thread
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, cells, ends
from omni_tui.screens.draw.times import moment
from omni_tui.screens.list.draw import kind_word
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _, ngettext


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


def brief_line(
    word: Span,
    mode: DraftMode,
    thread: Thread | None,
    fields: DraftFields,
    copies: tuple[Party, ...],
    right: Line,
    room: int,
) -> Line:
    """``REPLY mail ana@posteo.example +1`` in ``room`` cells: the address before the name, ``+1`` for one in copy, and
    what is told :func:`brief_aside` at the ``right``. What the whole head warns of is told by ``!``."""
    lead = (Span(word.text.strip(), word.ink), Span(" "))
    if mode is DraftMode.NOTE:
        return ends((*lead, Span(_("team only"), "caution bold")), right, room, 1)
    if mode is DraftMode.REPLY and thread is not None:
        kind = kind_word(thread.reply.kind) + " "
        to = [clean_line(each.address) or clean_line(each.name) for each in thread.reply_to]
        warned = bool(thread.reply_changed or thread.reply.unproven)
    else:
        kind, warned = "", False
        to = [each.strip() for each in clean_line(fields.to).split(",") if each.strip()]
    if not to:
        return ends((*lead, Span(_("to nobody"), "alarm bold")), right, room, 1)
    others = len(to) - 1 + len(copies)
    more = (Span(f" +{others}", "text bold"),) if others else ()
    warning = (Span("! ", "caution bold"),) if warned else ()
    who = Span(to[0], "caution bold" if warned else "text bold")
    whole = (*lead, *warning, Span(kind, "muted"), who)
    # An address of mail shows by itself what it is.
    fits = cells((*whole, *more, *right)) + (1 if right else 0) <= room
    left = whole if fits or "@" not in to[0] else (*lead, *warning, who)
    return ends(left, (*more, *((Span(" "), *right) if right else ())), room, 0)
