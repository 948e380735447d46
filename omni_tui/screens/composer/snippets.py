"""The menu that ``::`` opens while one writes, and ``@@`` in a note: snippets, or colleagues, by a few letters.

What is typed goes into the text as ever, so nothing waits for the menu; a key means the menu's own thing only while the
text before the cursor says that it is open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.geometry import Region

from omni_tui.desk import mentioning
from omni_tui.desk.snippets import matching
from omni_tui.model.conversation import Agent
from omni_tui.model.snippet import Snippet
from omni_tui.screens.composer.area import DraftArea
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, column, ends
from omni_tui.screens.draw.lines import Lines
from omni_tui.text.cells import width as cells_of
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

COLONS = (":", "：")
AT = "@"
_MARKS = (*COLONS, AT)
_LONGEST = 40
_ROWS = 6
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to choose: what it is called, what beside it tells of it, and what is put in."""

    name: str
    label: str
    value: Snippet | Agent


class TypedMenu(Lines):
    """Knows where two marks were typed, and what is meant since."""

    DEFAULT_CSS = """
    TypedMenu { layer: over; dock: top; height: 0; display: none; }
    TypedMenu.-open { display: block; }
    """

    def __init__(
        self,
        context: Context,
        area: DraftArea,
        above: Callable[[], Region],
        opened: Callable[[str], bool],
        shown: Callable[[], None],
        chosen: Callable[[Snippet | Agent, Place, Place], None],
        **kwargs: Any,
    ) -> None:
        """``above`` is what it stands over. ``opened`` is called with the mark that was typed twice and says whether
        the menu may open, ``shown`` when it comes into
        view or goes, ``chosen`` with what is to be put between two places of the text."""
        super().__init__(context, "over", **kwargs)
        self._area, self._above, self._chosen = area, above, chosen
        self._opened, self._shown = opened, shown
        self._snippets: tuple[Snippet, ...] = ()
        self._agents: tuple[Agent, ...] = ()
        self._start: Place | None = None
        self._at = 0
        area.menu = self

    @property
    def is_open(self) -> bool:
        """Whether there is something to choose."""
        return self.has_class("-open")

    def offer(self, snippets: tuple[Snippet, ...], agents: tuple[Agent, ...]) -> None:
        """What there is to choose from."""
        self._snippets, self._agents = snippets, agents
        self.follow()

    def key(self, key: str) -> bool:
        """Enter and Tab put in what is chosen, the arrows go on, Esc leaves the marks; False for another key."""
        if key in _MARKS:
            self._mark(key)
            return False
        found = self._found()
        if not found or self._area.read_only or self._start is None:
            return False
        if key in ("Enter", "Tab"):
            start, end = self._start, self._area.cursor_location
            entry = found[min(self._at, len(found) - 1)]
            self.close()
            self._chosen(entry.value, start, end)
        elif key in ("Down", "Up", "S-Tab"):
            self._at = (self._at + (1 if key == "Down" else -1)) % len(found)
            self._paint(found)
        elif key == "Esc":
            self.close()
        else:
            return False
        return True

    def follow(self) -> None:
        """The text or the cursor is another: show what is meant now."""
        found = self._found()
        self._at = min(self._at, max(0, len(found) - 1))
        if found:
            self._paint(found)
        else:
            self._show(False)

    def close(self) -> None:
        """Choose nothing; the marks are text like any other."""
        self._start = None
        self._show(False)

    def _show(self, open_: bool) -> None:
        if open_ is not self.is_open:
            self.set_class(open_, "-open")
            self._shown()

    def _mark(self, char: str) -> None:
        """A mark is about to be typed: the second of two that begin a word opens the menu."""
        area = self._area
        row, at = area.cursor_location
        line = area.document.get_line(row)
        if not area.selection.is_empty or at < 1 or line[at - 1] != char:
            return
        before = line[at - 2] if at > 1 else " "
        # Chinese has no spaces between words: there they begin anywhere.
        if before in _MARKS or (cells_of(before) == 1 and (before.isalnum() or before == "_")):
            return
        if self._opened(char):
            self._start, self._at = (row, at - 1), 0

    def _letters(self) -> str | None:
        """What was typed behind the marks; None, and the menu is gone, where the cursor is elsewhere."""
        if self._start is None:
            return None
        row, at = self._start
        area = self._area
        here = area.cursor_location
        if here == (row, at + 1):
            return None  # the second mark is on its way
        line = area.document.get_line(row) if row < area.document.line_count else ""
        letters = line[at + 2 : here[1]]
        typed = here[0] == row and here[1] >= at + 2 and line[at : at + 2] in [char * 2 for char in _MARKS]
        if not typed or not area.selection.is_empty or len(letters) > _LONGEST or any(map(str.isspace, letters)):
            self._start = None
            return None
        return letters

    def _found(self) -> tuple[Entry, ...]:
        letters = self._letters()
        if letters is None or self._start is None:
            return ()
        row, at = self._start
        if self._area.document.get_line(row)[at] == AT:
            return tuple(
                Entry(each.login, clean_line(each.name) if each.name != each.login else "", each)
                for each in mentioning.matching(self._agents, letters)
            )
        return tuple(Entry(each.name, _first_line(each.body), each) for each in matching(self._snippets, letters))

    def _paint(self, found: tuple[Entry, ...]) -> None:
        above = self._above()
        rows = min(_ROWS, len(found), max(2, above.y - 1))
        first = max(0, min(self._at - rows // 2, len(found) - rows))
        shown = list(enumerate(found))[first : first + rows]
        breadth = min(above.width // 3, max(cells_of(clean_line(each.name)) for _at, each in shown)) + 2
        lines: list[Line] = []
        grounds: dict[int, str] = {}
        for at, each in shown:
            here = at == self._at
            if here:
                grounds[len(lines)] = "sel"
            name = column(clean_line(each.name), breadth, "text bold" if here else "soft")
            left = (Span(" > " if here else "   ", "accent bold"), name, Span(each.label, "muted"))
            enter = (Span(" Enter ", "text bold"), Span(_("insert"), "muted"), Span(" ")) if here else ()
            lines.append(ends(left, enter, above.width))
        more = len(found) - len(shown)
        if more:
            lines.append((Span("   "), Span(_("and {count} more; type on").format(count=more), "faint")))
        self.styles.width, self.styles.height = above.width, len(lines)
        self.styles.margin = (max(0, above.y - len(lines)), 0, 0, above.x)
        self._show(True)
        self.show(lines, grounds)


def _first_line(body: str) -> str:
    return clean_line(next((line for line in body.split("\n") if line.strip()), ""))
