"""What is read again while the inbox stands there: when the store changed, every few seconds, every minute."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from omni_tui.model.errors import StoreError
from omni_tui.screens.inbox.rounds import Rounds
from omni_tui.screens.inbox.status import CHECK_S

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

MINUTE_S = 60.0


class Refreshing:
    """Rows, thread and status, each soon and not too often."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._missed: dict[str, Callable[[], object]] = {}
        parts, busy_s = screen.parts, screen.keys.busy_s
        self._rounds = {
            "rows": Rounds(parts.rows.refresh, 0.2, busy_s, parts.trouble, self.over),
            "thread": Rounds(screen.reading.refresh, 0.1, failed=parts.trouble, over=self.over),
            "status": Rounds(self._status, 1.0, busy_s, parts.trouble, self.over),
        }

    def begin(self) -> None:
        """Look again and again from now on."""
        self._screen.set_interval(CHECK_S, self._check)
        self._screen.set_interval(MINUTE_S, self._minute)

    def ask(self, what: str) -> None:
        """Have ``rows``, ``thread`` or ``status`` read again."""
        rounds = self._rounds[what]
        if rounds.ask():
            self._screen.spawn(rounds.run(), what)

    def missed(self, what: str, again: Callable[[], object], error: StoreError) -> None:
        """Tell that the store is away; ``again`` asks for ``what`` once more when it is back."""
        self._missed[what] = again
        self._screen.parts.trouble(error)

    def over(self) -> None:
        """The store answers: what told that it did not goes, and what was missed is asked for again."""
        self._screen.parts.footer.over()
        missed, self._missed = self._missed, {}
        for again in missed.values():
            again()

    async def _status(self) -> None:
        await self._screen.status.refresh()
        await self._screen.finding.explain_empty()

    def _check(self) -> None:
        self._screen.spawn(self._look_around(), "engine")

    async def _look_around(self) -> None:
        screen = self._screen
        try:
            changed = await screen.status.look()
        except StoreError as error:
            screen.parts.trouble(error)  # looked at again soon, and gone from the screen when it is over
            changed = True
        else:
            self.over()
        if changed:
            self.ask("status")

    def _minute(self) -> None:
        screen = self._screen
        screen.notices.minute()  # and waiting times grow: only what reads differently is painted
        self.ask("status")  # views may ask for what is older or newer than so long
        screen.parts.list.repaint()
        screen.face.paint()
