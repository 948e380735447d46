"""The bottom line: keys, a toast in their place, and trouble at the right end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from omni_tui.screens.chrome.footer_lines import Hint, Toast, keys_line, pending_line, toast_line
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span
from omni_tui.screens.draw.lines import Lines
from omni_tui.text.i18n import _

_TOAST_S = 10.0
_WAITING: Line = (Span(_("storing, another program is writing"), "caution"),)


class Footer(Lines):
    """Keys, a pending sequence or a toast; always the trouble there is."""

    DEFAULT_CSS = "Footer { dock: bottom; height: 1; width: 1fr; }"

    def __init__(self, context: Context, **kwargs: Any) -> None:
        super().__init__(context, "side", **kwargs)
        self._hints: tuple[Hint, ...] = ()
        self._trouble: Line = ()
        self._waiting = False
        self._toast: Toast | None = None
        self._pending = ""
        self._options: tuple[tuple[str, str], ...] = ()
        self._serial = 0
        self.renamed: Mapping[str, str] = {}
        """The user's keys by the ones they took the place of, as they are shown."""

    @property
    def toasted(self) -> str:
        """The text of the toast in view; empty when there is none."""
        return self._toast.text if self._toast is not None else ""

    def hints(self, hints: Sequence[Hint]) -> None:
        """The keys that help here."""
        self._hints = tuple(hints)
        self.paint()

    def trouble(self, line: Line) -> None:
        """What needs looking at, at the right end."""
        if line != self._trouble:
            self._trouble = line
            self.paint()

    def waiting(self, waiting: bool) -> None:
        """Whether an action waits for another program that is writing to the store."""
        if waiting != self._waiting:
            self._waiting = waiting
            self.paint()

    def toast(self, toast: Toast) -> None:
        """Show what just happened, until the next key that acts or for ten seconds."""
        keys = tuple(replace(hint, key=self.renamed.get(hint.key, hint.key)) for hint in toast.keys)
        self._toast = replace(toast, keys=keys)
        self._serial += 1
        serial = self._serial
        self.set_timer(_TOAST_S, lambda: self._expire(serial))
        self.paint()

    def clear_toast(self) -> None:
        """Give the line back to the keys."""
        if self._toast is not None:
            self._toast = None
            self.paint()

    def over(self) -> None:
        """What was in the way is over: the toast that told of it goes."""
        if self._toast is not None and self._toast.passes:
            self.clear_toast()

    def pending(self, typed: str, options: Sequence[tuple[str, str]]) -> None:
        """Show which keys may follow those typed so far; nothing typed ends it."""
        self._pending, self._options = typed, tuple(options)
        self.paint()

    def paint(self) -> None:
        """Draw the line anew; costs nothing when it is the same."""
        width = self.size.width
        if not width:
            return
        trouble = _WAITING if self._waiting else self._trouble
        if self._pending:
            self.show([pending_line(self._pending, self._options, width)])
        elif self._toast is not None:
            self.show([toast_line(self._toast, trouble, width)], {0: "raised"})
        else:
            self.show([keys_line(self._hints, trouble, width)])

    def on_resize(self) -> None:
        self.paint()

    def _expire(self, serial: int) -> None:
        if serial == self._serial:
            self.clear_toast()
