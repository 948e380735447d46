"""The composer: reply, note, what is passed on and what begins a conversation, told apart by word, border and ground
(design, section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from omni_tui.model.draft import NO_FIELDS, DraftFields
from omni_tui.model.enums import DraftMode
from omni_tui.model.message import AttachmentRow, MessageRow, Party, Thread
from omni_tui.screens.composer.area import DraftArea
from omni_tui.screens.composer.attached import file_lines
from omni_tui.screens.composer.brief import brief_aside, brief_lines, mode_word
from omni_tui.screens.composer.heads import (
    foot_line,
    forward_lines,
    new_lines,
    note_line,
    recipient_lines,
    saved_span,
)
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, cells, ends
from omni_tui.screens.draw.lines import LOW, Lines
from omni_tui.screens.thread.blocks import BODY, SLIM
from omni_tui.text.clean import clean

ADDRESSED = (DraftMode.FORWARD, DraftMode.NEW)
"""What goes to addresses that were typed, not to whoever a conversation is with."""
_SMALL, _TIGHT = 12, 8
"""Rows below which there is less air, and below which nothing but whom it goes to stands around the text."""
_TEXT_ROWS = 3
"""What the text has at least before whom it goes to is told in a line or two."""


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
    Composer.-slim #composer-gutter { display: none; }
    Composer.-slim #composer-body { padding: 0 1; }
    Composer #composer-head { height: 2; }
    Composer #composer-foot { height: 1; }
    Composer #composer-files { height: 1; display: none; }
    """

    def __init__(self, context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ctx = context
        self.mode = DraftMode.REPLY
        self.thread: Thread | None = None
        self.fields = NO_FIELDS
        self.passed_on: MessageRow | None = None
        self._writing_in = ""
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
        """What is being answered, or the id of what begins a conversation; empty when closed."""
        return self._writing_in if self.is_open else ""

    @property
    def addressed(self) -> bool:
        """Whether it goes to addresses that were typed."""
        return self.mode in ADDRESSED

    @property
    def own_files(self) -> tuple[AttachmentRow, ...]:
        """The files that were added here, without those a message brings that is passed on."""
        theirs = {each.id for each in self.passed_on.attachments} if self.passed_on is not None else set()
        return tuple(each for each in self.files if each.id not in theirs)

    def open(
        self,
        thread: Thread,
        mode: DraftMode,
        text: str,
        saved_at: int | None,
        files: Sequence[AttachmentRow] = (),
        fields: DraftFields = NO_FIELDS,
        passed_on: MessageRow | None = None,
    ) -> None:
        """Write in ``thread``, going on from ``text``, the ``files`` that go along and how it is to leave."""
        self._writing_in, self.fields, self.passed_on = thread.head.id, fields, passed_on
        self.thread = thread.answered_by(fields.channel)
        self._begin(mode, text, saved_at, files)

    def open_new(
        self, id: str, text: str, saved_at: int | None, files: Sequence[AttachmentRow], fields: DraftFields
    ) -> None:
        """Write what begins a conversation."""
        self._writing_in, self.fields, self.passed_on, self.thread = id, fields, None, None
        self._begin(DraftMode.NEW, text, saved_at, files)

    def _begin(self, mode: DraftMode, text: str, saved_at: int | None, files: Sequence[AttachmentRow]) -> None:
        self.mode, self.saved_at, self.files = mode, saved_at, tuple(files)
        self.area.load_text(clean(text))
        self.area.move_cursor(self.area.document.end)
        self.add_class("-open")
        self._dress()
        self.area.focus()

    def follow(self, thread: Thread) -> None:
        """The thread changed while it is being answered."""
        self.thread = thread.answered_by(self.fields.channel)
        self.paint()

    def next_way(self) -> bool:
        """Answer by the next channel; False if there is but one."""
        thread = self.thread
        open_ways = [way.channel for way in thread.ways if way.to] if thread is not None else []
        if thread is None or len(open_ways) < 2:
            return False
        at = open_ways.index(thread.reply.channel) if thread.reply.channel in open_ways else -1
        by = open_ways[(at + 1) % len(open_ways)]
        self.thread = thread.answered_by(by)
        self.leaves(replace(self.fields, channel=by))
        return True

    def leaves(self, fields: DraftFields) -> None:
        """It is to leave otherwise now."""
        self.fields = fields
        self.paint()

    @property
    def copies(self) -> tuple[Party, ...]:
        """Who gets a copy of the answer: those that were typed, and all on the mail where it is to all."""
        others = self.thread.reply.others if self.thread is not None and self.fields.everyone else ()
        return tuple({each.address: each for each in (*others, *self._typed())}.values())

    def _typed(self) -> tuple[Party, ...]:
        return tuple(Party(each.strip()) for each in self.fields.cc.split(",") if each.strip())

    def toggle_all(self) -> bool:
        """Answer all who are on the mail, or its sender alone again; False if there is nobody else."""
        if self.fields.cc:
            self.leaves(replace(self.fields, everyone=False, cc=""))
            return True
        if self.thread is None or not self.thread.reply.others:
            return False
        self.leaves(replace(self.fields, everyone=not self.fields.everyone))
        return True

    def close(self) -> None:
        """Put the composer away; the caller has kept the text."""
        self.remove_class("-open")
        self.thread, self._writing_in, self.fields, self.passed_on = None, "", NO_FIELDS, None

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
        if not self._writing_in or not self.size.width:
            return
        columns, rows = self.size.width, self.size.height
        note, small, tight = self.mode is DraftMode.NOTE, rows < _SMALL, rows < _TIGHT
        beside = columns >= SLIM and not tight
        self.set_class(not beside, "-slim")
        word = Span(mode_word(self.mode), "caution block" if note else "accent block")
        room = max(10, columns - (BODY if beside else 0) - 2)
        saved = saved_span(self.saved_at, self._ctx)
        heads = self._heads(room, saved)
        aside = brief_aside(self.mode, self.fields, len(self.files), self._ctx) if tight else ()
        most = 2 if rows >= 2 + _TEXT_ROWS else 1
        in_brief, enough = brief_lines(word, self.mode, self.thread, self.fields, self.copies, aside, room, most=most)
        enough = enough and not (self.mode is DraftMode.FORWARD and self.passed_on is None)
        # The text has the room where a line tells the same; where it would have none, what tells less has to do.
        folds = tight or (not beside and len(heads) > 1 and self.app.size.height < LOW)
        brief = (folds and enough) or (tight and 1 + len(heads) + _TEXT_ROWS > rows)
        if brief:
            heads = in_brief
        self._edges(word, columns, aside, beside=beside)
        self._top.display, self._foot.display = not brief, not (note or tight)
        self._bottom.display = not tight and (note or not small)
        self._head.styles.height = len(heads) + (0 if small and (len(heads) > 1 or not beside) else 1)
        self._head.show(heads)
        attached = [] if note or tight else file_lines(self.files, room, 1 if small else 3)
        self._attached.display = bool(attached)
        self._attached.styles.height = len(attached) or 1
        self._attached.show(attached)
        self._foot.show([foot_line(self.mode, saved, room, self._ctx, self.fields.at)])

    def _edges(self, word: Span, columns: int, aside: Line, *, beside: bool) -> None:
        note = self.mode is DraftMode.NOTE
        dashed = ("- " * columns)[:columns]
        dashes: Line = (Span(dashed, "caution" if note else "faint"),)
        edge = dashes if note or self._ctx.tones.flat else ()
        left = cells((word,)) + 1
        above: Line = edge if beside else (word, Span(" "), *(each._replace(text=dashed[left:]) for each in edge))
        if aside:
            above = ends((word,), (*aside, Span(" ")), columns, 1)
        bar = (Span(" " * 6), Span("|", "caution bold"))
        lines = [(word, Span("|", "caution bold")), *([bar] * max(1, self.size.height))]
        self._gutter.show(lines if note else [(word,)])
        self._top.show([above])
        self._bottom.show([dashes if note else ()])

    def _heads(self, room: int, saved: Span) -> list[Line]:
        if self.mode is DraftMode.NEW:
            return new_lines(self.fields, room)
        assert self.thread is not None
        if self.mode is DraftMode.FORWARD:
            return forward_lines(self.fields, self.passed_on, room, self._ctx)
        if self.mode is DraftMode.NOTE:
            return [ends(note_line(self.thread), (saved,), room)]
        return recipient_lines(self.thread, room, to_all=self.fields.everyone, typed=self._typed())

    def on_resize(self) -> None:
        self.paint()
