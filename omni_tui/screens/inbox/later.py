"""Sending later: a moment is asked for, and the reply waits in the outbox until then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from omni_tui.model.enums import DraftMode
from omni_tui.screens.overlay.prompt import Question
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

LATER = "later"


class Later:
    """Asks when a reply is to leave. What was answered last is there to be taken again."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._answer = ""

    async def ask(self) -> None:
        """Open the field for the moment."""
        screen = self._screen
        if screen.parts.composer.mode is DraftMode.NOTE:
            screen.parts.say(_("A note leaves for nowhere; C-t makes this a reply"))
            return
        chosen = screen.parts.composer.fields.at
        start = self._answer
        if not start and chosen > screen.context.now():
            start = datetime.fromtimestamp(chosen / 1000, screen.context.zone()).strftime("%Y-%m-%d %H:%M")
        screen.parts.prompt.ask(Question(LATER, _("Send at"), screen.asking.times, start=start))

    def answered(self, answer: str) -> None:
        """Queue the reply for that moment. Raises UsageError for what is no time to come."""
        screen = self._screen
        at = screen.asking.until(answer)
        self._answer = answer
        composer = screen.parts.composer
        composer.leaves(replace(composer.fields, at=at))
        screen.writing.keep_soon()
        screen.parts.prompt.close()
        screen.reading.refocus()
        # Behind whatever was typed into the text before.
        screen.parts.composer.area.call_later(lambda: screen.spawn(self._send(at), "send"))

    async def _send(self, at: int) -> None:
        await self._screen.writing.send(at)
        if not self._screen.parts.composer.is_open:
            self._answer = ""
