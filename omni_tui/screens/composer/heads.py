"""What stands around the text being written: whom it goes to, what the keys do, since when it is safe."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import DraftMode
from omni_tui.model.message import MessageRow, Party, Thread
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, cells, ends, shorten
from omni_tui.screens.draw.times import hour, moment
from omni_tui.screens.list.draw import kind_word, name_of
from omni_tui.screens.thread.words import party
from omni_tui.text.cells import width as cells_of
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _, ngettext

_COPY_LINES = 4
_KEY_ROOM = 20


def recipient_lines(thread: Thread, room: int, *, to_all: bool = False, typed: Sequence[Party] = ()) -> list[Line]:
    """Whom a reply goes to, ``to_all`` with those in copy, and in copy to those that were ``typed``. Addresses are
    never cut; they wrap."""
    lead = _("{kind} to ").format(kind=kind_word(thread.reply.kind))
    who = ", ".join(party(p) for p in thread.reply_to)
    if not who:
        return [(Span(_("nobody to reply to: no address is known"), "alarm"),)]
    first, *rest = wrap(lead + who, max(10, room)) or [""]
    lines: list[Line] = [(Span(first[: len(lead)], "muted"), Span(first[len(lead) :], "text bold"))]
    lines += [(Span(line, "text bold"),) for line in rest]
    if thread.reply_changed:
        before = ", ".join(party(p) for p in thread.reply_before)
        words = wrap(_("not to {before} as before").format(before=before), max(10, room))
        lines += [(Span(line, "caution bold"),) for line in words]
    if thread.reply.unproven:
        words = wrap(_("an address they named themselves; nothing proves it is theirs"), max(10, room))
        lines += [(Span(line, "caution"),) for line in words]
    if typed:
        there = {each.address for each in typed}
        others = [each for each in thread.reply.others if to_all and each.address not in there]
        return [*lines, *_copy_lines((*typed, *others), max(10, room), to_all=True)]
    return [*lines, *_copy_lines(thread.reply.others, max(10, room), to_all=to_all)]


def _copy_lines(others: Sequence[Party], room: int, *, to_all: bool) -> list[Line]:
    if not others:
        return []
    if not to_all:
        names = ", ".join(party(each) for each in others)
        text = _("not to {names}").format(names=names)
        if cells_of(text) > room - _KEY_ROOM:
            text = ngettext("not to {count} other", "not to {count} others", len(others)).format(count=len(others))
        return [(Span(text, "muted"), Span("   C-r", "text bold"), Span(" " + _("replies to all"), "muted"))]
    lead = _("copy to ")
    first, *rest = wrap(lead + ", ".join(party(each) for each in others), room) or [""]
    lines: list[Line] = [(Span(first[: len(lead)], "muted"), Span(first[len(lead) :], "text bold"))]
    lines += [(Span(line, "text bold"),) for line in rest]
    if len(lines) > _COPY_LINES:
        # The text needs its room, too: who does not fit is counted.
        count = ngettext("{count} in all", "{count} in all", len(others)).format(count=len(others))
        lines = [*lines[:_COPY_LINES], (Span(_("and so on, "), "caution"), Span(count, "caution bold"))]
    return lines


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


def letter_lines(fields: DraftFields, room: int) -> list[Line]:
    """Whom a mail of one's own goes to, and in copy, and by which channel. Addresses are never cut; they wrap."""
    lines = _listed(_("mail to "), fields.to or _("nobody yet"), room)
    if fields.cc:
        lines += _listed(_("copy to "), fields.cc, room)[:_COPY_LINES]
    return lines


def forward_lines(fields: DraftFields, message: MessageRow | None, room: int, context: Context) -> list[Line]:
    """The same of what is passed on, with whose message it is."""
    lines = letter_lines(fields, room)
    if message is None:
        gone = _("the message is gone; {key} on another one takes your words along")
        shown = wrap(gone.format(key=context.key("forward")), max(10, room))
        lines += [(Span(line, "caution"),) for line in shown]
    else:
        who = clean_line(message.author.name) or clean_line(message.author.address) or clean_line(message.agent or "")
        words = _("forwards what {who} wrote {clock}; the customer does not see this").format(
            who=who, clock=context.clock(message.received_at)
        )
        lines += [(Span(line, "muted"),) for line in wrap(words, max(10, room))]
    return lines


def new_lines(fields: DraftFields, room: int) -> list[Line]:
    """The same of what begins a conversation, with what it is about."""
    about = _listed(_("about "), clean_line(fields.subject) or _("nothing yet"), room)
    return [*letter_lines(fields, room), *about[:2]]


def _listed(lead: str, words: str, room: int) -> list[Line]:
    first, *rest = wrap(lead + clean_line(words), max(10, room)) or [""]
    lines: list[Line] = [(Span(first[: len(lead)], "muted"), Span(first[len(lead) :], "text bold"))]
    return lines + [(Span(line, "text bold"),) for line in rest]


def foot_line(mode: DraftMode, saved: Span, room: int, context: Context, at: int = 0) -> Line:
    """What the key that sends does, and the draft; ``at`` is the moment chosen for it."""
    if mode is DraftMode.NOTE:
        return ends((), (saved,), room)
    if at > context.now():
        later = _("C-l sends it {moment}, C-j soon").format(moment=moment(at, context))
        return ends((Span(later, "accent"),), (saved,), room)
    seconds = context.settings.inbox.undo_send_s
    if seconds <= 0:
        return ends((Span(_("leaves at once with C-j"), "muted"),), (saved,), room)
    words, place, after = _("leaves {seconds} s after C-j, {key} calls it back").partition(" {key} ")
    left = (Span(words.format(seconds=seconds), "muted"), Span(place.format(key=context.key("undo")), "text bold"))
    return ends((*left, Span(after, "muted")), (saved,), room)


def closed_line(thread: Thread, width: int, reply: str = "r", note: str = "m") -> list[Line]:
    """The strip below a thread nobody is writing in: by which of the keys ``reply`` and ``note`` whom one writes to,
    and that a draft waits."""
    draft: Line = ()
    if thread.head.draft:
        own = thread.head.own_draft
        draft = (Span("   "), Span(_("your draft") if own else _("draft"), "caution" if own else "muted"))
    who: Sequence[Party] = thread.reply_to
    if not who:
        text = _("nobody to reply to: no address is known")
        return [(Span("  "), Span(text, "muted"), Span(f"   {note}", "text bold"), Span(_(" note"), "muted"), *draft)]
    names = ", ".join(clean_line(p.address) or clean_line(p.name) for p in who)
    lead = " " + _("reply by {kind} to ").format(kind=kind_word(thread.reply.kind))
    tail = (Span("   "), Span(note, "text bold"), Span(_(" note"), "muted"), *draft)
    room = width - 2 - cells_of(reply) - cells_of(lead) - cells((*tail, Span("  ")))
    if cells_of(names) <= room:
        return [(Span("  "), Span(reply, "text bold"), Span(lead, "muted"), Span(names, "text"), *tail)]
    # An address is never cut: where it does not fit, the reply itself will show it whole.
    text = _("{count} addresses").format(count=len(who)) if len(who) > 1 else name_of(thread.head)
    whole = (Span("  "), Span(reply, "text bold"), Span(lead, "muted"), Span(text, "text"))
    return [(*shorten(whole, width - cells(tail)), *tail)]
