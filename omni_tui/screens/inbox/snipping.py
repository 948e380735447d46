"""Snippets and colleagues while one writes: read when writing begins, snippets filled when they are put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.desk import agents, snippets
from omni_tui.desk.snippet_filling import fill, fill_first
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import DraftMode
from omni_tui.model.snippet import Snippet
from omni_tui.screens.chrome.footer_lines import Hint, Toast
from omni_tui.screens.composer.snippets import AT, Place, TypedMenu
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen


class Snipping:
    """Feeds the menu over the composer, and puts what is chosen into the text."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        parts = screen.parts
        self.menu = TypedMenu(
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
        everyone = await parts.link.read(agents.everyone)
        others = tuple(each for each in everyone if each.id != parts.context.agent.id)
        self.menu.offer(await parts.link.read(snippets.listed, parts.context.agent), others)

    def _opened(self, mark: str) -> bool:
        parts = self._screen.parts
        if mark == AT and parts.composer.mode is not DraftMode.NOTE:
            parts.say(_("Colleagues are named in notes: who gets this would only wonder"), Hint("m", _("note")))
            return False
        # A colleague may have shared one since writing began; it joins the menu when it is read.
        self._screen.spawn(self.load(), "snippets")
        return True

    def _insert(self, chosen: Snippet | Agent, start: Place, end: Place) -> None:
        parts = self._screen.parts
        if isinstance(chosen, Agent):
            parts.composer.area.put(f"@{chosen.login} ", start, end)
            return
        snippet = chosen
        thread, opened, area = parts.composer.thread, parts.thread.opened, parts.composer.area
        if thread is None:
            fields = parts.composer.fields
            filled = fill_first(snippet.body, parts.context.agent, fields.to, fields.subject)
        else:
            here = opened is not None and opened.thread.head.id == thread.head.id
            messages = opened.messages if opened is not None and here else thread.messages
            filled = fill(snippet.body, parts.context.agent, thread.head, messages)
        area.put(filled.text, start, end)
        if filled.remarks:
            parts.footer.toast(Toast(". ".join(filled.remarks), (), "caution"))
