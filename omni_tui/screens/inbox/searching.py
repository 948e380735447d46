"""The search line: typing into it, leaving it, and giving it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.desk.query import QueryError

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen


class Searching:
    """Stands between the search line and what the list shows."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen

    def open(self, text: str = "") -> None:
        """Show the search line, with ``text`` or the search in force."""
        screen = self._screen
        screen.reading.to_list()
        screen.header.display = False
        screen.search_bar.open(text or screen.finding.search)
        if text:
            self.search(text)
        screen.face.paint()

    def search(self, text: str) -> None:
        """Show what the text finds; say where it cannot be read."""
        if self._screen.search_bar.is_open:
            self._screen.spawn(self._search(text), "view")

    async def _search(self, text: str) -> None:
        screen = self._screen
        try:
            if text.strip():
                await screen.finding.show_search(text)
            elif screen.finding.search:
                await screen.finding.show_view(screen.finding.view)
        except QueryError as error:
            screen.search_bar.wrong(error)

    def key(self, key: str) -> None:
        """``Enter`` and ``Down`` go to the list, ``Esc`` back to the view, ``F3`` widens."""
        screen = self._screen
        if key in ("Enter", "Down"):
            screen.parts.list.focus()
        elif key == "F3":
            screen.spawn(self._widen(), "view")
        else:
            self.close()
            screen.parts.list.focus()
            if screen.finding.search:
                screen.spawn(screen.finding.show_view(screen.finding.view), "view")
        screen.face.paint()

    def close(self) -> None:
        """Give the line back to the header."""
        self._screen.search_bar.close()
        self._screen.header.display = True

    async def _widen(self) -> None:
        screen = self._screen
        screen.search_bar.open(await screen.finding.widen())
        screen.search_bar.found(screen.parts.list.pages.count)
