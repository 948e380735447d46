"""The first minutes: seven keys above the footer, each checked off when it was used; Escape puts them away for good."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from omni_tui.config.write import Unwritten, write_private
from omni_tui.screens.draw.ink import Line, Span, cells, ends
from omni_tui.screens.draw.lines import Lines
from omni_tui.screens.store_link import in_daemon
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

_STEPS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("down", "up"), _("move")),
    (("open",), _("open it")),
    (("reply",), _("reply, C-j sends")),
    (("resolve",), _("resolve")),
    (("undo",), _("undo")),
    (("search",), _("search")),
    (("help",), _("keys")),
)
_ROOMY = 100
_LOW = 12
"""Screens of fewer lines have none to spare."""


class TourBand(Lines):
    """Takes two lines of its own, so that it covers nothing."""

    DEFAULT_CSS = """
    TourBand { height: 2; display: none; }
    TourBand.-open { display: block; }
    TourBand.-open.-low { display: none; }
    """


class Tour:
    """Knows which of the seven keys were used. ``file`` is there once the tour was done or put away; None: unknown."""

    def __init__(self, screen: InboxScreen, file: Path | None) -> None:
        self._screen, self._file = screen, file
        self.band = TourBand(screen.context, "raised", id="tour")
        self._used: set[str] = set()

    @property
    def is_on(self) -> bool:
        """Whether the keys are in view."""
        return self.band.has_class("-open")

    async def begin_if_new(self) -> None:
        """Show the seven keys to who has not seen them."""
        if self._file is not None and not await in_daemon(self._file.exists):
            self.begin()

    def begin(self) -> None:
        """Show the seven keys, none of them used yet."""
        self._used.clear()
        self.band.add_class("-open")
        self.paint()

    def toggle(self) -> None:
        """Show the keys, or put them away."""
        if self.is_on:
            self.end()
        else:
            self.begin()

    def end(self) -> None:
        """Put them away; they do not come back by themselves."""
        if self.is_on:
            self.band.remove_class("-open")
            self._screen.spawn(self._remember(), "tour")

    async def _remember(self) -> None:
        file = self._file
        if file is not None:
            # Where it cannot be written, the tour comes back: no reason to trouble anybody.
            with contextlib.suppress(Unwritten):
                await in_daemon(lambda: write_private(file, ""))

    def did(self, name: str) -> None:
        """A command was run."""
        if not self.is_on:
            return
        if self._is_complete:
            # The last word stood there while one did one thing more.
            self.end()
        elif any(name in names for names, _word in _STEPS):
            self._used.add(name)
            self.paint()

    def paint(self) -> None:
        """Draw the keys for the size the screen has now."""
        if not self.is_on:
            return
        size = self._screen.size.width
        self.band.set_class(self._screen.size.height < _LOW, "-low")
        count = sum(self._is_done(names) for names, _word in _STEPS)
        title = _("Seven keys to begin with, {count} of them used").format(count=count)
        if self._is_complete:
            title = _("That is all it takes; {key} shows every other key").format(
                key=self._screen.key_map.first_key("help")
            )
        away = (Span(self._screen.key_map.first_key("back"), "text bold"), Span(f" {_('ends the tour')} ", "muted"))
        gap = "   " if size >= _ROOMY else "  "
        keys: list[Span] = [Span(" ")]
        for names, word in _STEPS:
            done = self._is_done(names)
            shown = " ".join(filter(None, map(self._screen.key_map.first_key, names)))
            step: Line = (
                Span(shown, "faint" if done else "text bold"),
                Span(f" {word}{gap}", "faint" if done else "muted"),
            )
            if cells(keys) + cells(step) - len(gap) <= size:
                keys += step
        self.band.show([ends((Span(f" {title}", "accent bold"),), away, size), tuple(keys)])

    @property
    def _is_complete(self) -> bool:
        return all(self._is_done(names) for names, _word in _STEPS)

    def _is_done(self, names: tuple[str, ...]) -> bool:
        return any(name in self._used for name in names)
