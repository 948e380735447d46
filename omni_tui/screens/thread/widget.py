"""The thread: laid-out blocks, painted line by line; each message's header line stays on top."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span
from omni_tui.screens.draw.lines import QuietFocus
from omni_tui.screens.thread.blocks import Block
from omni_tui.screens.thread.hits import HIT
from omni_tui.screens.thread.spots import Marks, overlaid

_ABOVE = 3


class ThreadView(QuietFocus, can_focus=True, inherit_bindings=False):
    """Shows blocks. Says when its width changed or when its top was reached.

    It scrolls by itself: Textual's way lays the whole screen out anew for a thread of another length.
    """

    DEFAULT_CSS = "ThreadView { width: 1fr; height: 1fr; background: $omni-base; }"

    class Resized(Message):
        """The blocks must be laid out for another width."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ThreadView.Resized)

    class TopReached(Message):
        """The first line is in view: earlier messages may be wanted."""

    def __init__(self, context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ctx = context
        self._blocks: tuple[Block, ...] = ()
        self._starts: list[int] = []
        self._length = 0
        self.top = 0
        """The number of the first line in view."""
        self._painted: dict[int, tuple[Line, str]] = {}
        self._laid_for = 0
        self._at_end = False
        self._hits: list[int] = []
        self._hit = -1
        self._marks: Marks = {}
        self._chosen = ""
        """The message above that one keys would be about without it; empty while nothing was chosen."""
        self.empty: tuple[Line, ...] = ()

    def show(self, blocks: Sequence[Block], width: int, *, keep: bool) -> None:
        """Show other blocks. ``keep`` holds the line now on top where it is; otherwise go to where reading starts."""
        anchor = self._anchor() if keep else None
        at_end = keep and bool(self._blocks) and self._at_end
        if not keep:
            self._chosen = ""
        self._blocks, self._laid_for = tuple(blocks), width
        self._starts, total = [], 0
        for block in self._blocks:
            self._starts.append(total)
            total += len(block.lines)
        self._length = total
        self._hits = [
            start + within
            for start, block in zip(self._starts, self._blocks, strict=True)
            for within, line in enumerate(block.lines)
            if any(span.ink == HIT for span in line)
        ]
        if anchor is None:
            self._hit = self._hits[0] if self._hits else -1
            line = max(0, self._hit - _ABOVE) if self._hits else self._reading_start()
        elif at_end:
            line = total
        else:
            line = self._line_of(*anchor)
        self._go(line)

    def step(self, lines: int) -> None:
        """Scroll by so many lines; where the top is in view already, choose the message before, and down again."""
        for _n in range(abs(lines)):
            if not (self._step_down() if lines > 0 else self._step_up()):
                self.scroll_lines(1 if lines > 0 else -1)

    def _step_up(self) -> bool:
        above = self._written_above(self.reading_key()) if self.top == 0 else []
        if above:
            self._chosen = above[-1]
            self.repaint()
        return bool(above)

    def _step_down(self) -> bool:
        if not self._chosen:
            return False
        keys = self._written_above(self._last_in_view())
        at = keys.index(self._chosen) + 1 if self._chosen in keys else len(keys)
        self._chosen = keys[at] if at < len(keys) else ""
        self.repaint()
        return True

    def _written_above(self, key: str) -> list[str]:
        """The messages and notes before the one of this key."""
        written = [block.key for block in self._blocks if block.kind in ("message", "note")]
        return written[: written.index(key)] if key in written else []

    def scroll_lines(self, lines: int) -> None:
        """Scroll by so many lines, negative upwards."""
        self._go(self.top + lines)
        if lines < 0 and self.top == 0:
            self.post_message(self.TopReached())

    def scroll_edge(self, *, end: bool) -> None:
        """Scroll to the first or the last line; keys are about the first or the last message then."""
        self._go(self._length if end else 0)
        self._chosen = "" if end else next(iter(self._written_above(self._last_in_view())), "")
        self.repaint()
        if not end:
            self.post_message(self.TopReached())

    def to_hit(self, step: int) -> bool:
        """Scroll to the next or (-1) the previous place a search found; False if there is none."""
        before = [line for line in self._hits if line < self._hit]
        after = [line for line in self._hits if line > self._hit]
        wanted = after[:1] if step > 0 else before[-1:]
        for line in wanted:
            self._hit = line
            self._go(line - _ABOVE)
        return bool(wanted)

    def to_message(self, key: str) -> None:
        """Scroll to the message of this id, if it is loaded; keys are about it then."""
        if any(block.key == key for block in self._blocks):
            self._go(self._line_of(key, 0))
            self._chosen = key if key in self._written_above(self._last_in_view()) else ""
            self.repaint()

    def _go(self, line: int) -> None:
        last = max(0, self._length - self.outer_size.height)
        before, self.top = self.top, max(0, min(line, last))
        if self.top != before:
            self._chosen = ""
        self._at_end = line >= last
        self.repaint()

    # Marks ---------------------------------------------------------------------------------------------

    def in_view(self) -> list[tuple[Block, list[int]]]:
        """The blocks in view, each with the numbers of its lines that are."""
        found: dict[str, tuple[Block, list[int]]] = {}
        for y in range(self.outer_size.height):
            at = self._at(y)
            if at is not None:
                found.setdefault(at[0].key, (at[0], []))[1].append(at[1])
        return list(found.values())

    def mark(self, marks: Mapping[tuple[str, int], tuple[tuple[int, str], ...]]) -> None:
        """Paint letters over lines, by block and line at these cells, until other marks are given or the line is no
        longer as it is."""
        lines = {(block.key, within): line for block in self._blocks for within, line in enumerate(block.lines)}
        self._marks = {place: (lines[place], found) for place, found in marks.items() if place in lines}
        self.repaint()

    # Where things are ----------------------------------------------------------------------------------

    def _find(self, line: int) -> tuple[Block, int] | None:
        at = bisect_right(self._starts, line) - 1
        if at < 0:
            return None
        within = line - self._starts[at]
        return (self._blocks[at], within) if within < len(self._blocks[at].lines) else None

    def _anchor(self) -> tuple[str, int] | None:
        found = self._find(self.top)
        if found is not None and found[0].kind == "earlier" and len(self._blocks) > 1:
            # What was loaded goes in above: hold on to the first message.
            later = next((b for b in self._blocks if b.kind in ("message", "note", "event")), None)
            return (later.key, self.top - self._line_of(later.key, 0)) if later else None
        return (found[0].key, found[1]) if found is not None else None

    def _line_of(self, key: str, within: int) -> int:
        for start, block in zip(self._starts, self._blocks, strict=True):
            if block.key == key:
                return start + min(within, len(block.lines) - 1)
        return 0

    def _reading_start(self) -> int:
        for start, block in zip(self._starts, self._blocks, strict=True):
            if block.kind == "new":
                return start
        for start, block in zip(reversed(self._starts), reversed(self._blocks), strict=True):
            if block.kind in ("message", "note"):
                return start
        return 0

    def reading_key(self) -> str:
        """The id of the message that was chosen; else of the last that begins in view, or of the one that fills it."""
        return self._chosen or self._last_in_view()

    def _last_in_view(self) -> str:
        bottom = self.top + self.outer_size.height
        key = ""
        for start, block in zip(self._starts, self._blocks, strict=True):
            if block.kind in ("message", "note") and (start <= self.top or start < bottom - 1):
                key = block.key
        return key

    # Painting ------------------------------------------------------------------------------------------

    def _at(self, y: int) -> tuple[Block, int] | None:
        """What a row shows: on top the first line of the message that fills it."""
        found = self._find(self.top + y)
        if found is None or y or found[0].kind not in ("message", "note"):
            return found
        block, within = found
        return (block, within if within == len(block.lines) - 1 else 0)

    def _line(self, y: int) -> tuple[Line, str]:
        if not self._blocks:
            return (self.empty[y] if y < len(self.empty) else ()), "base"
        found = self._at(y)
        if found is None:
            return (), "base"
        block, within = found
        last = within == len(block.lines) - 1
        # The blank line below a note belongs to the thread.
        ground = "base" if block.kind == "note" and last else block.ground
        line = block.lines[within]
        made_for, marks = self._marks.get((block.key, within), ((), ()))
        if made_for == line:
            line = overlaid(line, marks)
        if not within and block.key == self._chosen and line:
            line = (Span(">", "accent bold"), line[0]._replace(text=line[0].text[1:]), *line[1:])
        return line, ground

    def repaint(self) -> None:
        """Paint the lines that read differently than when they were painted."""
        width, height = self.outer_size
        changed = [Region(0, y, width, 1) for y in range(height) if self._painted.get(y) != self._line(y)]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        self._painted[y] = line, ground = self._line(y)
        return self._ctx.tones.strip(line, ground, self.outer_size.width)

    def show_empty(self, lines: Sequence[Line]) -> None:
        """Show a few lines instead of a thread."""
        if not self._blocks and self.empty == tuple(lines):
            return
        self._blocks, self._starts, self._hits, self._length = (), [], [], 0
        self.empty = tuple(lines)
        self._go(0)

    def on_resize(self, event: events.Resize) -> None:
        if self._laid_for != event.size.width:
            self.post_message(self.Resized())
        # When the composer opens below, the last message stays in view.
        self._go(self._length if self._at_end else self.top)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_lines(-3)
