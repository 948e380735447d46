"""Letters on what the thread in view names: typing them goes there, capitals copy it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.desk.named import named_in
from omni_tui.screens.inbox.moving import move
from omni_tui.screens.thread.spots import LETTERS, Spot, labels, spots
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

LIST = "x"
"""Shows all there is in a list instead: behind gx it is the same key again."""
_SCROLLS = {"C-d": "half_down", "PgDn": "half_down", "C-u": "half_up", "PgUp": "half_up", "Down": "down", "Up": "up"}


class Hinting:
    """Holds which letters stand where until some are typed."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._spots: dict[str, Spot] = {}
        self._typed = ""
        self._copies = False
        self._of = ""
        """The conversation they stand in."""

    def begin(self) -> None:
        """Put letters on everything in view; where there is nothing, the list shows what stands further up or down."""
        screen = self._screen
        found = self._in_view()
        self._typed, self._copies, self._of = "", False, screen.parts.thread.conversation_id
        self._spots = dict(zip(labels(len(found)), found, strict=False))
        if self._spots:
            self._show()
        else:
            screen.linking.choose()

    def _in_view(self) -> list[Spot]:
        parts = self._screen.parts
        opened = parts.thread.opened
        if opened is None:
            return []
        shown = parts.view.in_view()
        messages = {message.id: message for message in opened.messages}
        found: dict[tuple[str, str], Spot] = {}
        for block, lines in shown:
            message = messages.get(block.key)
            if message is None or block.kind not in ("message", "note"):
                continue
            for spot in spots(block, named_in(message, opened.thread.head.ref), lines):
                found.setdefault((spot.named.kind, spot.named.value), spot)
        return list(found.values())

    def _show(self) -> None:
        view, footer = self._screen.parts.view, self._screen.parts.footer
        left = {label: spot for label, spot in self._spots.items() if label.startswith(self._typed)}
        marks: dict[tuple[str, int], list[tuple[int, str]]] = {}
        for label, spot in left.items():
            # What was typed is painted as well: nothing moves while the second letter is looked for.
            marks.setdefault((spot.key, spot.within), []).append((spot.cell, label))
        view.mark({place: tuple(sorted(found)) for place, found in marks.items()})
        first, last = LETTERS[0], LETTERS[-1]
        options = (
            (f"{first}-{last}", _("goes there")),
            (f"{first.upper()}-{last.upper()}", _("copy")),
            (LIST, _("list")),
            ("Esc", _("back")),
        )
        footer.pending(self._typed or _("letters"), options)

    def takes(self, key: str) -> bool:
        """Whether a key is one of the letters, or meant for them; no other does anything while they stand there."""
        if not self._spots:
            return False
        if self._screen.parts.thread.conversation_id != self._of:
            self.end()
            return False
        letter = key.lower()
        if key in _SCROLLS:
            self.end()
            move(self._screen.parts, _SCROLLS[key], None)
            self.begin()
        elif key == LIST:
            self.end()
            self._screen.linking.choose()
        elif key == "Backspace" and self._typed:
            self._typed = self._typed[:-1]
            self._show()
        elif key in ("Esc", "Backspace"):
            self.end()
        elif len(key) == 1 and any(label.startswith(self._typed + letter) for label in self._spots):
            self._type(letter, copies=key != letter)
        return True

    def _type(self, letter: str, *, copies: bool) -> None:
        self._typed += letter
        self._copies = self._copies or copies
        spot = self._spots.get(self._typed)
        if spot is None:
            self._show()
            return
        self.end()
        if self._copies:
            self._screen.linking.keep(spot.named)
        else:
            self._screen.linking.go(spot.named)

    def end(self) -> None:
        """Take the letters away."""
        if self._spots:
            self._spots = {}
            self._screen.parts.view.mark({})
            self._screen.parts.footer.pending("", ())
