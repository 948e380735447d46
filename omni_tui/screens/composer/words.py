"""What stands around the composer's text: whom it goes to, and what sending does."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.model.enums import DraftMode
from omni_tui.model.message import Party, Thread
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, ends
from omni_tui.screens.draw.times import hour
from omni_tui.screens.list.draw import name_of
from omni_tui.screens.list.words import kind_word
from omni_tui.screens.thread.words import party
from omni_tui.text.cells import width as cells_of
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


def recipient_lines(thread: Thread, room: int) -> list[Line]:
    """Whom a reply goes to. Addresses are never cut; they wrap."""
    lead = _("{kind} to ").format(kind=kind_word(thread.head.kind))
    who = ", ".join(party(p) for p in thread.reply_to)
    if not who:
        return [(Span(_("nobody to answer: no address is known"), "alarm"),)]
    first, *rest = wrap(lead + who, max(10, room)) or [""]
    lines: list[Line] = [(Span(first[: len(lead)], "muted"), Span(first[len(lead) :], "text bold"))]
    return lines + [(Span(line, "text bold"),) for line in rest]


def note_line(thread: Thread) -> Line:
    """Whom a note does not go to."""
    name = name_of(thread.head).split(" ")[0]
    return (
        Span(_("team only,"), "caution bold"),
        Span(" " + _("{name} will never see this").format(name=name), "caution"),
    )


def saved_span(saved_at: int | None, context: Context) -> Span:
    """Since when the draft is safe."""
    if saved_at is None:
        return Span("")
    return Span(_("draft saved {clock}").format(clock=hour(saved_at, context.zone())), "faint")


def foot_line(mode: DraftMode, saved: Span, room: int, context: Context) -> Line:
    """What the key that sends does, and the draft."""
    if mode is DraftMode.NOTE:
        return ends((), (saved,), room)
    seconds = context.settings.inbox.undo_send_s
    if seconds <= 0:
        return ends((Span(_("leaves at once with C-j"), "muted"),), (saved,), room)
    before, _key, after = _("leaves {seconds} s after C-j, z calls it back").format(seconds=seconds).partition(" z ")
    left = (
        (Span(before, "muted"), Span(" z ", "text bold"), Span(after, "muted")) if after else (Span(before, "muted"),)
    )
    return ends(left, (saved,), room)


def closed_line(thread: Thread, width: int) -> list[Line]:
    """The strip below a thread nobody is answering: which key answers whom."""
    who: Sequence[Party] = thread.reply_to
    if not who:
        text = _("nobody to answer: no address is known")
        return [(Span("  "), Span(text, "muted"), Span("   m", "text bold"), Span(_(" note"), "muted"))]
    names = ", ".join(clean_line(p.address) or clean_line(p.name) for p in who)
    lead = " " + _("reply by {kind} to ").format(kind=kind_word(thread.head.kind))
    tail = (Span("   "), Span("m", "text bold"), Span(_(" note"), "muted"))
    room = width - 4 - cells_of(lead) - 8
    if cells_of(names) <= room:
        return [(Span("  "), Span("r", "text bold"), Span(lead, "muted"), Span(names, "text"), *tail)]
    # An address is never cut: where it does not fit, the reply itself will show it whole.
    text = _("{count} addresses").format(count=len(who)) if len(who) > 1 else name_of(thread.head)
    return [(Span("  "), Span("r", "text bold"), Span(lead, "muted"), Span(text, "text"), *tail)]
