"""A sheet over the whole width: help, and the source of a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import BLANK, Line, Span, behind, cells, ends
from omni_tui.screens.draw.lines import LOW
from omni_tui.screens.keys.names import token
from omni_tui.screens.overlay.sheet_keys import meanings, named
from omni_tui.text.i18n import _

_STEPS = {"down": 1, "up": -1}
_SHIFTS = {"left": -1, "right": 1}
_PAGES = {"half_down": 1, "half_up": -1}


class Sheet(Widget, can_focus=True, inherit_bindings=False):
    """Lines to read, from the bottom of the screen; scrolls; Escape puts it away."""

    DEFAULT_CSS = """
    Sheet { layer: over; dock: bottom; margin: 0 0 1 0; width: 100%; display: none; background: $omni-over; }
    Sheet.-open { display: block; }
    """

    class Dismissed(Message):
        """The sheet was put away."""

    def __init__(self, context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ctx = context
        self._title = ""
        self._lines: tuple[Line, ...] = ()
        self._top = self._left = self._widest = 0
        self._anew: Callable[[], Sequence[Line]] | None = None
        self._keys: Mapping[str, tuple[str, Callable[[], None]]] = {}

    @property
    def is_open(self) -> bool:
        """Whether the sheet is in view."""
        return self.has_class("-open")

    def open(
        self,
        title: str,
        lines: Sequence[Line],
        keys: Mapping[str, tuple[str, Callable[[], None]]] | None = None,
        *,
        widest: int = 0,
        anew: Callable[[], Sequence[Line]] | None = None,
    ) -> None:
        """Show ``lines`` under a title. ``keys`` are more keys than those to scroll and close, with what they do;
        ``widest`` is the longest line's cells, where lines are not made for the width there is; ``anew`` makes them
        for another one."""
        self._title, self._lines, self._keys = title, tuple(lines), keys or {}
        self._top = self._left = 0
        self._widest, self._anew = widest, anew
        self._fit()
        self.add_class("-open")
        self.focus()
        self.refresh()

    def fit(self) -> None:
        """The screen has another size."""
        if not self.is_open:
            return
        if self._anew is not None:
            self._lines = tuple(self._anew())
        self._fit()
        self._top = max(0, min(self._top, len(self._lines) - self._room()))
        self.refresh()

    @property
    def _low(self) -> bool:
        return self.app.size.height < LOW

    @property
    def _above(self) -> int:
        """Rows over the first line."""
        return 1 if self._low else 3

    @property
    def _around(self) -> int:
        return 2 if self._low else 5

    def _fit(self) -> None:
        height = self.app.size.height
        self.styles.height = height if self._low else min(len(self._lines) + self._around, height - 2)
        self.styles.margin = 0 if self._low else (0, 0, 1, 0)

    def _room(self) -> int:
        """Rows for lines, before the sheet is laid out."""
        height = self.app.size.height
        return height - self._around - (0 if self._low else 2)

    def close(self) -> None:
        """Go out of view."""
        self.remove_class("-open")

    def dismiss(self) -> None:
        """Go out of view, and say so."""
        self.close()
        self.post_message(self.Dismissed())

    def render_line(self, y: int) -> Strip:
        size, height = self.size.width, self.size.height
        above, shown_rows = self._above, height - self._around
        if y == 0 and not self._low:
            flat = self._ctx.tones.flat
            line: Line = (Span("+" + "-" * (size - 2) + "+", "muted"),) if flat else BLANK
        elif y == above // 2:
            where = f"{self._top + 1:,}-{min(self._top + shown_rows, len(self._lines)):,} / {len(self._lines):,}"
            shown = Span(where if len(self._lines) > shown_rows else "", "faint")
            line = ends((Span("   "), Span(self._title, "text bold")), (shown, Span("   ")), size)
        elif y == height - 1:
            keys = self._ctx.keys
            line = (
                Span("   "),
                *_hint(named(keys, ("down", "up"), self._keys), _("scroll")),
                *(_hint(named(keys, ("left", "right"), self._keys), _("sideways")) if self._beyond else ()),
                *(span for key, (word, _act) in self._keys.items() for span in _hint(key, word)),
                Span("Esc", "text bold"),
                Span(" " + _("close"), "muted"),
            )
        else:
            at = self._top + y - above
            inside = above <= y < above + shown_rows and at < len(self._lines)
            line = (Span("   "), *behind(self._lines[at], self._left)) if inside else BLANK
        return self._ctx.tones.strip(line if cells(line) else BLANK, "over", size)

    @property
    def _beyond(self) -> int:
        """How many cells the longest line goes beyond the right edge."""
        return max(0, self._widest + 6 - self.size.width)

    def _shift(self, step: int) -> None:
        left = max(0, min(self._left + step * (self.size.width // 2), self._beyond))
        if left != self._left:
            self._left = left
            self.refresh()

    def _scroll(self, lines: int) -> None:
        top = max(0, min(self._top + lines, len(self._lines) - (self.size.height - self._around)))
        if top != self._top:
            self._top = top
            self.refresh()

    def on_key(self, event: events.Key) -> None:
        key = token(event)
        if key in ("C-z", "C-q"):
            return
        event.stop()
        event.prevent_default()
        page = max(1, self.size.height - self._around - 1)
        meant = meanings(self._ctx.keys).get(key, "")
        if key in self._keys:
            self._keys[key][1]()
        elif meant in _STEPS:
            self._scroll(_STEPS[meant])
        elif meant in _PAGES:
            self._scroll(_PAGES[meant] * page)
        elif meant in _SHIFTS:
            self._shift(_SHIFTS[meant])
        elif meant in ("top", "bottom"):
            self._scroll(len(self._lines) if meant == "bottom" else -len(self._lines))
        elif meant == "close":
            self.dismiss()


def _hint(key: str, word: str) -> Line:
    return (Span(key, "text bold"), Span(f" {word}   ", "muted"))
