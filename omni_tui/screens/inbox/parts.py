"""The parts of the inbox that its helpers work on, handed over once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from omni_tui.model.conversation import ConversationRow
from omni_tui.model.errors import OmniError
from omni_tui.screens.chrome.footer import Footer
from omni_tui.screens.chrome.footer_lines import Hint, Toast
from omni_tui.screens.composer.widget import Composer
from omni_tui.screens.context import Context
from omni_tui.screens.list.source import ListSource
from omni_tui.screens.list.widget import ConversationList
from omni_tui.screens.overlay.prompt import Prompt
from omni_tui.screens.panel.widget import Panel
from omni_tui.screens.store_link import StoreLink
from omni_tui.screens.thread.source import ThreadSource
from omni_tui.screens.thread.widget import ThreadView

Spawn = Callable[[Coroutine[Any, Any, None], str], None]
"""Run a coroutine beside the screen; an OmniError in it becomes a toast."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Widgets, sources, and ways to speak."""

    context: Context
    link: StoreLink
    list: ConversationList
    rows: ListSource
    view: ThreadView
    thread: ThreadSource
    composer: Composer
    panel: Panel
    footer: Footer
    prompt: Prompt
    spawn: Spawn

    def hint(self, name: str, label: str) -> Hint:
        """What an action or command does here, with its key: the user's own, where they have one."""
        return Hint(self.context.key(name), label)

    def say(self, text: str, *keys: Hint, detail: str = "") -> None:
        """Tell that something was done."""
        self.footer.toast(Toast(text, keys, detail=detail))

    def complain(self, error: OmniError) -> None:
        """Tell what went wrong and what to do."""
        self.footer.toast(Toast(error.message, (), "alarm", error.hint))

    def trouble(self, error: OmniError) -> None:
        """Tell what is in the way just now: it is taken back when it is over (:meth:`Footer.over`)."""
        self.footer.toast(Toast(error.message, (), "alarm", error.hint, passes=True))

    def target(self) -> ConversationRow | None:
        """The conversation a key is about: the open one where the thread has the keys, else the one selected."""
        wanted = self.thread.conversation_id
        if self.list.has_focus or not wanted:
            return self.list.current
        at = self.list.pages.index_of(wanted)
        row = self.list.pages.get(at) if at is not None else None
        opened = self.thread.opened
        return row or (opened.thread.head if opened is not None and opened.thread.head.id == wanted else None)
