"""The composer: reply and note, told apart by word, border and ground (design, section 5)."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from omni_tui.model.enums import DraftMode
from omni_tui.model.message import Thread
from omni_tui.screens.composer.area import DraftArea
from omni_tui.screens.composer.words import foot_line, note_line, recipient_lines, saved_span
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, ends
from omni_tui.screens.draw.lines import Lines
from omni_tui.screens.thread.blocks import BODY
from omni_tui.text.clean import clean
from omni_tui.text.i18n import _


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
    """

    def __init__(self, context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ctx = context
        self.mode = DraftMode.REPLY
        self.thread: Thread | None = None
        self.saved_at: int | None = None
        self._top = Lines(context, "raised", id="composer-top")
        self._bottom = Lines(context, "raised", id="composer-bottom")
        self._gutter = Lines(context, "raised", id="composer-gutter")
        self._head = Lines(context, "raised", id="composer-head")
        self._foot = Lines(context, "raised", id="composer-foot")
        self.area = DraftArea(id="composer-area")

    def compose(self) -> ComposeResult:
        yield self._top
        with Horizontal(id="composer-middle"):
            yield self._gutter
            with Vertical(id="composer-body"):
                yield self._head
                yield self.area
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

    def open(self, thread: Thread, mode: DraftMode, text: str, saved_at: int | None) -> None:
        """Write a reply or a note in ``thread``, going on from ``text``."""
        self.thread, self.mode, self.saved_at = thread, mode, saved_at
        self.area.load_text(clean(text))
        self.area.move_cursor(self.area.document.end)
        self.add_class("-open")
        self._dress()
        self.area.focus()

    def follow(self, thread: Thread) -> None:
        """The thread changed while it is being answered."""
        self.thread = thread
        self.paint()

    def close(self) -> None:
        """Put the composer away; the caller has kept the text."""
        self.remove_class("-open")
        self.thread = None

    def saved(self, at: int | None) -> None:
        """Tell since when the text is safe; None while it is not."""
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
        heads = [ends(note_line(thread), (saved,), room)] if note else recipient_lines(thread, room)
        self._head.styles.height = len(heads) + (0 if small and len(heads) > 1 else 1)
        self._head.show(heads)
        self._foot.styles.display = "none" if note else "block"
        self._foot.show([foot_line(self.mode, saved, room, self._ctx)])

    def on_resize(self) -> None:
        self.paint()
