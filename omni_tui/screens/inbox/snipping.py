"""Snippets while one writes: read from the store when writing begins, filled for the conversation when put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.desk import snippets
from omni_tui.desk.snippet_filling import fill
from omni_tui.model.snippet import Snippet
from omni_tui.screens.chrome.footer_lines import Toast
from omni_tui.screens.composer.snippets import Place, SnippetMenu

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen


class Snipping:
    """Feeds the menu over the composer, and puts what is chosen into the text."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        parts = screen.parts
        self.menu = SnippetMenu(
            parts.context,
            parts.composer.area,
            above=lambda: parts.composer.region,
            opened=self._opened,
            shown=lambda: screen.face.paint(),
            chosen=self._insert,
            id="snippets",
        )

    async def load(self) -> None:
        """Read what there is to choose from, so that nobody who types waits for it."""
        parts = self._screen.parts
        self.menu.offer(await parts.link.read(snippets.listed, parts.context.agent))

    def _opened(self) -> None:
        # A colleague may have shared one since writing began; it joins the menu when it is read.
        self._screen.spawn(self.load(), "snippets")

    def _insert(self, snippet: Snippet, start: Place, end: Place) -> None:
        parts = self._screen.parts
        thread, opened, area = parts.composer.thread, parts.thread.opened, parts.composer.area
        if thread is None:
            return
        here = opened is not None and opened.thread.head.id == thread.head.id
        messages = opened.messages if opened is not None and here else thread.messages
        filled = fill(snippet.body, parts.context.agent, thread.head, messages)
        area.put(filled.text, start, end)
        if filled.remarks:
            parts.footer.toast(Toast(". ".join(filled.remarks), (), "caution"))
