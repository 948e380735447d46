"""Completion in the search line: what could stand at the cursor, in the line below; Tab opens all of it as a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.desk.query_completion import Candidate, Completion, complete
from omni_tui.screens.draw.ink import Line, Span, column, ends
from omni_tui.screens.draw.lines import Lines
from omni_tui.text.cells import width as cells_of
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

_ROWS = 12
_NOTHING = Completion(0, 0)


class QueryMenu(Lines):
    """The candidates with their meanings, under the search line."""

    DEFAULT_CSS = """
    QueryMenu { layer: over; dock: top; margin: 2 0 0 0; height: 0; display: none; }
    QueryMenu.-open { display: block; }
    """


class Completing:
    """Knows what could stand at the cursor, and which of it the menu points at."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._found = _NOTHING
        self._at = 0

    @property
    def offered(self) -> bool:
        """Whether there is anything to complete."""
        return bool(self._found.candidates)

    def typed(self) -> None:
        """The query changed: offer what fits now."""
        self._screen.spawn(self._look("complete"), "complete")

    def key(self, key: str) -> bool:
        """``Tab`` opens the menu, and what moves in it and takes from it; False for what is none of its keys."""
        menu = self._screen.query_menu
        if key == "Tab" and not menu.has_class("-open"):
            self._screen.turns.take(self._complete())
        elif key == "Tab" or (key == "Enter" and menu.has_class("-open")):
            self._take(self._found.candidates[self._at])
        elif key in ("Down", "Up", "S-Tab") and menu.has_class("-open"):
            self._at = (self._at + (1 if key == "Down" else -1)) % len(self._found.candidates)
            self._paint()
        elif key == "Esc" and menu.has_class("-open"):
            self.close()
        else:
            return key in ("Up", "S-Tab")
        return True

    def close(self) -> None:
        """Put the menu away."""
        self._screen.query_menu.remove_class("-open")

    async def _look(self, slot: str) -> None:
        screen, field = self._screen, self._screen.search_bar.field
        text, cursor = field.value, field.cursor_position
        found = await screen.parts.link.ask(slot, complete, screen.context.agent, text, cursor)
        if (text, cursor) != (field.value, field.cursor_position):
            return
        self._found, self._at = found, 0
        begun = found.end > found.start or (found.start > 0 and text[found.start - 1] in ":,")
        screen.search_bar.offer([clean_line(each.text) for each in found.candidates] if begun else [])
        if screen.query_menu.has_class("-open"):
            self._paint()
        screen.face.paint()

    async def _complete(self) -> None:
        await self._look("complete now")
        if len(self._found.candidates) == 1:
            self._take(self._found.candidates[0])
        else:
            self._open()

    async def _go_on(self) -> None:
        """A key was taken: its values are next."""
        await self._look("complete now")
        self._open()

    def _open(self) -> None:
        if self._found.candidates:
            self._screen.query_menu.add_class("-open")
            self._paint()

    def _take(self, candidate: Candidate) -> None:
        field, found = self._screen.search_bar.field, self._found
        after = field.value[found.end :]
        text = clean_line(candidate.text) + (" " if candidate.ends and not after else "")
        self.close()
        self._found = _NOTHING
        field.value = field.value[: found.start] + text + after
        field.cursor_position = found.start + len(text)
        if not candidate.ends:
            self._screen.turns.take(self._go_on())

    def _paint(self) -> None:
        menu, candidates = self._screen.query_menu, self._found.candidates
        if not candidates:
            self.close()
            return
        size = self._screen.size.width
        rows = min(_ROWS, len(candidates), max(1, self._screen.size.height - 6))
        first = max(0, min(self._at - rows // 2, len(candidates) - rows))
        shown = list(enumerate(candidates))[first : first + rows]
        breadth = min(size // 2, max(cells_of(clean_line(each.text)) for _at, each in shown)) + 3
        lines: list[Line] = []
        grounds: dict[int, str] = {}
        for at, each in shown:
            here = at == self._at
            if here:
                grounds[len(lines)] = "sel"
            name = column(clean_line(each.text), breadth, "text bold" if here else "soft")
            tab = (Span("Tab ", "text bold"), Span(_("take"), "muted"), Span(" ")) if here else ()
            left = (Span(" > " if here else "   ", "accent bold"), name, Span(clean_line(each.meaning), "muted"))
            lines.append(ends(left, tab, size))
        more = len(candidates) - len(shown)
        if more:
            lines.append((Span("   "), Span(_("and {count} more; type on").format(count=more), "faint")))
        menu.styles.height = len(lines)
        menu.show(lines, grounds)
