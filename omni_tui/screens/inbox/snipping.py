"""Snippets and colleagues while one writes: read when writing begins, snippets filled when they are put in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omni_tui.desk import agents, snippets
from omni_tui.desk.snippet_filling import Filled, fill, fill_first, wants_order
from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.enums import DraftMode
from omni_tui.model.message import MessageRow
from omni_tui.model.snippet import Snippet
from omni_tui.screens.chrome.footer_lines import Toast
from omni_tui.screens.composer.snippets import AT, Place, TypedMenu
from omni_tui.screens.inbox.last_order import named_elsewhere
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen


class Snipping:
    """Feeds the menu over the composer, and puts what is chosen into the text."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        parts = screen.parts
        self._known: tuple[Snippet, ...] = ()
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
        self._known = await parts.link.read(snippets.listed, parts.context.agent)
        self.menu.offer(self._known, others)

    def _opened(self, mark: str) -> bool:
        parts = self._screen.parts
        if mark == AT and parts.composer.mode is not DraftMode.NOTE:
            parts.say(
                _("Colleagues are named in notes: who gets this would only wonder"), parts.hint("note", _("note"))
            )
            return False
        # A colleague may have shared one since writing began; it joins the menu when it is read.
        self._screen.spawn(self.load() if mark == AT else self._load_or_tell(), "snippets")
        return True

    async def _load_or_tell(self) -> None:
        await self.load()
        if not self._known:
            self._screen.parts.say(
                _("No snippets yet; in the list this saves one:"), detail=_(":snippet save NAME TEXT")
            )

    def _insert(self, chosen: Snippet | Agent, start: Place, end: Place) -> None:
        parts = self._screen.parts
        if isinstance(chosen, Agent):
            parts.composer.area.put(f"@{chosen.login} ", start, end)
            return
        snippet = chosen
        thread, opened = parts.composer.thread, parts.thread.opened
        if thread is None:
            fields = parts.composer.fields
            filled = fill_first(snippet.body, parts.context.agent, fields.to, fields.subject)
        else:
            here = opened is not None and opened.thread.head.id == thread.head.id
            messages = opened.messages if opened is not None and here else thread.messages
            if wants_order(snippet.body, thread.head, messages):
                self._screen.turns.take(self._with_order(snippet, thread.head, messages, (start, end)), into_field=True)
                return
            filled = fill(snippet.body, parts.context.agent, thread.head, messages)
        self._put(filled, start, end)

    async def _with_order(
        self, snippet: Snippet, head: ConversationRow, messages: Sequence[MessageRow], place: tuple[Place, Place]
    ) -> None:
        """The order stands in another conversation of theirs, if anywhere."""
        parts = self._screen.parts
        order = await parts.link.read(named_elsewhere, head.customer_id)
        self._put(fill(snippet.body, parts.context.agent, head, messages, order), *place)

    def _put(self, filled: Filled, start: Place, end: Place) -> None:
        parts = self._screen.parts
        area = parts.composer.area
        area.put(filled.text, start, end)
        if filled.remarks:
            parts.footer.toast(Toast(". ".join(filled.remarks), (), "caution"))
