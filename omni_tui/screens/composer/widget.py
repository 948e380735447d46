"""The composer: reply and note, told apart by word, border and ground (design, section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from omni_tui.model.enums import DraftMode
from omni_tui.model.message import AttachmentRow, Party, Thread
from omni_tui.screens.composer.area import DraftArea
from omni_tui.screens.composer.attached import file_lines
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, ends
from omni_tui.screens.draw.lines import Lines
from omni_tui.screens.draw.times import hour
from omni_tui.screens.list.draw import kind_word, name_of
from omni_tui.screens.thread.blocks import BODY
from omni_tui.screens.thread.words import party
from omni_tui.text.cells import width as cells_of
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _, ngettext

_COPY_LINES = 4
_KEY_ROOM = 20


def recipient_lines(thread: Thread, room: int, *, to_all: bool = False) -> list[Line]:
    """Whom a reply goes to, ``to_all`` with those in copy. Addresses are never cut; they wrap."""
    lead = _("{kind} to ").format(kind=kind_word(thread.reply.kind))
    who = ", ".join(party(p) for p in thread.reply_to)
    if not who:
        return [(Span(_("nobody to answer: no address is known"), "alarm"),)]
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
    return [*lines, *_copy_lines(thread.reply.others, max(10, room), to_all=to_all)]


def _copy_lines(others: Sequence[Party], room: int, *, to_all: bool) -> list[Line]:
    if not others:
        return []
    if not to_all:
        names = ", ".join(party(each) for each in others)
        text = _("not to {names}").format(names=names)
        if cells_of(text) > room - _KEY_ROOM:
            text = ngettext("not to {count} other", "not to {count} others", len(others)).format(count=len(others))
        return [(Span(text, "muted"), Span("   C-r", "text bold"), Span(" " + _("answers all"), "muted"))]
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
    lead = " " + _("reply by {kind} to ").format(kind=kind_word(thread.reply.kind))
    tail = (Span("   "), Span("m", "text bold"), Span(_(" note"), "muted"))
    room = width - 4 - cells_of(lead) - 8
    if cells_of(names) <= room:
        return [(Span("  "), Span("r", "text bold"), Span(lead, "muted"), Span(names, "text"), *tail)]
    # An address is never cut: where it does not fit, the reply itself will show it whole.
    text = _("{count} addresses").format(count=len(who)) if len(who) > 1 else name_of(thread.head)
    return [(Span("  "), Span("r", "text bold"), Span(lead, "muted"), Span(text, "text"), *tail)]


class Composer(Vertical):
    """Holds the text being written and everything that says what will happen to it."""

    DEFAULT_CSS = """
    Composer { height: 14; display: none; background: $omni-raised; }
    Composer.-open { display: block; }
    Composer.-note { background: $omni-note; }
    Composer #composer-top, Composer #composer-bottom { height: 1; }
    Composer #composer-middle { height: 1fr; }
    Composer #composer-gutter { width: 8; height: 1fr; }
    Composer #composer-body { height: 1fr; padding: 0 2 0 0; }
    Composer #composer-head { height: 2; }
    Composer #composer-foot { height: 1; }
    Composer #composer-files { height: 1; display: none; }
    """

    def __init__(self, context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ctx = context
        self.mode = DraftMode.REPLY
        self.thread: Thread | None = None
        self._by = ""
        self._to_all = False
        self.saved_at: int | None = None
        self.files: tuple[AttachmentRow, ...] = ()
        self._top = Lines(context, "raised", id="composer-top")
        self._bottom = Lines(context, "raised", id="composer-bottom")
        self._gutter = Lines(context, "raised", id="composer-gutter")
        self._head = Lines(context, "raised", id="composer-head")
        self._foot = Lines(context, "raised", id="composer-foot")
        self._attached = Lines(context, "raised", id="composer-files")
        self.area = DraftArea(id="composer-area")

    def compose(self) -> ComposeResult:
        yield self._top
        with Horizontal(id="composer-middle"):
            yield self._gutter
            with Vertical(id="composer-body"):
                yield self._head
                yield self.area
                yield self._attached
                yield self._foot
        yield self._bottom

    @property
    def is_open(self) -> bool:
        """Whether something is being written."""
        return self.has_class("-open")

    @property
    def conversation_id(self) -> str:
        """What is being answered; empty when closed."""
        return self.thread.head.id if self.thread is not None and self.is_open else ""

    def open(
        self,
        thread: Thread,
        mode: DraftMode,
        text: str,
        saved_at: int | None,
        files: Sequence[AttachmentRow] = (),
    ) -> None:
        """Write a reply or a note in ``thread``, going on from ``text`` and the ``files`` that go along."""
        if thread.head.id != self.conversation_id:
            self._by, self._to_all = "", False
        self.mode, self.saved_at, self.files = mode, saved_at, tuple(files)
        self.thread = thread.answered_by(self._by)
        self.area.load_text(clean(text))
        self.area.move_cursor(self.area.document.end)
        self.add_class("-open")
        self._dress()
        self.area.focus()

    def follow(self, thread: Thread) -> None:
        """The thread changed while it is being answered."""
        self.thread = thread.answered_by(self._by)
        self.paint()

    def next_way(self) -> bool:
        """Answer by the next channel; False if there is but one."""
        thread = self.thread
        open_ways = [way.channel for way in thread.ways if way.to] if thread is not None else []
        if thread is None or len(open_ways) < 2:
            return False
        at = open_ways.index(thread.reply.channel) if thread.reply.channel in open_ways else -1
        self._by = open_ways[(at + 1) % len(open_ways)]
        self.thread = thread.answered_by(self._by)
        self.paint()
        return True

    @property
    def copies(self) -> tuple[Party, ...]:
        """Who gets a copy of the answer."""
        return self.thread.reply.others if self.thread is not None and self._to_all else ()

    def toggle_all(self) -> bool:
        """Answer all who are on the mail, or its sender alone again; False if there is nobody else."""
        if self.thread is None or not self.thread.reply.others:
            return False
        self._to_all = not self._to_all
        self.paint()
        return True

    def close(self) -> None:
        """Put the composer away; the caller has kept the text."""
        self.remove_class("-open")
        self.thread = None

    def show_files(self, files: Sequence[AttachmentRow]) -> None:
        """Other files go along now."""
        self.files = tuple(files)
        self.paint()

    def saved(self, at: int | None) -> None:
        """Tell since when the text is safe; None while it is not."""
        if not self.area.text.strip():
            at = None
        if at != self.saved_at:
            self.saved_at = at
            self.paint()

    def _dress(self) -> None:
        note = self.mode is DraftMode.NOTE
        ground = "note" if note else "raised"
        self.set_class(note, "-note")
        self.area.set_class(note, "-note")
        for part in (self._top, self._bottom, self._gutter, self._head, self._foot):
            part.ground = ground
            part.refresh()
        self.paint()

    def paint(self) -> None:
        """Draw everything around the text."""
        thread = self.thread
        if thread is None or not self.size.width:
            return
        note, small = self.mode is DraftMode.NOTE, self.size.height < 12
        dashes: Line = (Span(("- " * self.size.width)[: self.size.width], "caution" if note else "faint"),)
        edge: list[Line] = [dashes] if note or self._ctx.tones.flat else [()]
        self._top.show(edge)
        self._bottom.show([dashes] if note else [()])
        word = Span(_(" NOTE ") if note else _(" REPLY "), "caution block" if note else "accent block")
        bar = (Span(" " * 6), Span("|", "caution bold"))
        rows = max(1, self.size.height)
        self._gutter.show([(word, Span("|", "caution bold")), *([bar] * rows)] if note else [(word,)])
        room = max(10, self.size.width - BODY - 2)
        saved = saved_span(self.saved_at, self._ctx)
        heads = (
            [ends(note_line(thread), (saved,), room)] if note else recipient_lines(thread, room, to_all=self._to_all)
        )
        self._head.styles.height = len(heads) + (0 if small and len(heads) > 1 else 1)
        self._head.show(heads)
        attached = [] if note else file_lines(self.files, room, 1 if small else 3)
        self._attached.styles.display = "block" if attached else "none"
        self._attached.styles.height = len(attached) or 1
        self._attached.show(attached)
        self._foot.styles.display = "none" if note else "block"
        self._foot.show([foot_line(self.mode, saved, room, self._ctx)])

    def on_resize(self) -> None:
        self.paint()
