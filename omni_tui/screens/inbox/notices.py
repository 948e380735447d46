"""Tells of news while nobody looks: at most one notice in a few seconds, none in the quiet hours."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from omni_tui.desk.news import MOST, News, Watch
from omni_tui.model.enums import OutboxState
from omni_tui.screens.inbox.rounds import Rounds
from omni_tui.screens.store_link import StoreChanged
from omni_tui.screens.terminal.notice import is_quiet, notice
from omni_tui.store import Store
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _, ngettext

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

AWAY_MS = 15_000
"""Without a key for so long nobody may be looking, where the terminal does not tell whether it is looked at."""
_MINUTE = 60_000


class Notices:
    """Hears of changes and writes to the terminal. ``write`` hands on what must not be changed on its way."""

    def __init__(self, screen: InboxScreen, write: Callable[[str], None]) -> None:
        self._screen, self._write = screen, write
        context = screen.context
        self._settings = context.settings.notices
        self._watch = Watch(context.now(), self._settings.whose)
        self._focused: bool | None = None
        self._key_at = self._said_at = context.now()
        self._said_at -= self._settings.every_s * 1000
        self._changed: set[str] = set()
        self._everything = False
        # An engine that takes in a hundred messages a second is asked about once a second.
        self._rounds = Rounds(self._look, 1.0, screen.keys.busy_s)
        self._held: list[News] = []
        self._waits = False

    def focus(self, focused: bool) -> None:
        """The terminal tells that it gained or lost the keyboard."""
        self._focused = focused

    def key(self) -> None:
        """A key was pressed: somebody is there."""
        self._key_at = self._screen.context.now()

    def heard(self, event: StoreChanged) -> None:
        """Something was committed; look for news in it."""
        if self._settings.bell or self._settings.desktop != "off":
            self._changed |= event.ids
            self._everything = self._everything or event.everything
            if self._rounds.ask():
                self._screen.spawn(self._rounds.run(), "notices")

    def minute(self) -> None:
        """Time went by: somebody may wait too long now."""
        if self._settings.late and (self._settings.bell or self._settings.desktop != "off"):
            self._screen.spawn(self._look_late(), "notices")

    async def _look(self) -> None:
        context = self._screen.context
        ids, everything = tuple(self._changed), self._everything
        self._changed, self._everything = set(), False

        def read(store: Store) -> tuple[News, ...]:
            if everything or len(ids) > MOST:
                return self._watch.of_all(store, context.agent, context.now())
            return self._watch.of_ids(store, context.agent, ids)

        self._tell(await self._screen.parts.link.read(read))

    async def _look_late(self) -> None:
        context = self._screen.context
        late = context.settings.inbox.late_after_m * _MINUTE

        def read(store: Store) -> tuple[News, ...]:
            return self._watch.overdue(store, context.agent, context.now(), late)

        self._tell(await self._screen.parts.link.read(read))

    def _tell(self, news: Sequence[News]) -> None:
        for each in news:
            if each.kind == "mention":
                # Somebody asked for oneself is worth a line even for who is looking.
                self._screen.parts.say(f"#{each.row.ref}  {words((each,), private=False)}")
        settings = self._settings
        wanted = {"mention": True, "message": settings.message, "late": settings.late, "failed": settings.failed}
        self._held += [each for each in news if wanted[each.kind]]
        if not self._held or self._waits:
            return
        rest = self._said_at + self._settings.every_s * 1000 - self._screen.context.now()
        if rest > 0:
            self._waits = True
            self._screen.set_timer(rest / 1000, self._waited)
        else:
            self._say()

    def _waited(self) -> None:
        self._waits = False
        self._say()

    def _say(self) -> None:
        held, self._held = self._held, []
        context = self._screen.context
        now = context.now()
        if not held or self._looked_at(now) or is_quiet(self._settings.quiet, now, context.zone()):
            return
        self._said_at = now
        text = words(held, private=self._settings.private)
        self._write(notice(text, bell=self._settings.bell, desktop=self._settings.desktop, environment=os.environ))

    def _looked_at(self, now: int) -> bool:
        if self._focused is not None:
            return self._focused
        return now - self._key_at < AWAY_MS


def words(news: Sequence[News], *, private: bool) -> str:
    """What is said of news; ``private`` leaves out who and what."""
    first = news[0]
    count = len(news)
    if count > 1 or private:
        return {
            "message": ngettext("{count} new message", "{count} new messages", count),
            "late": ngettext("{count} customer waits too long", "{count} customers wait too long", count),
            "failed": ngettext("{count} reply did not leave", "{count} replies did not leave", count),
            "mention": ngettext("{count} note names you", "{count} notes name you", count),
        }[first.kind].format(count=count)
    who = clean_line(first.row.customer) or clean_line(first.row.address)
    what = clean_line(first.row.subject) or clean_line(first.row.snippet)
    if first.kind == "mention":
        return _("{who} names you in a note: {what}").format(who=clean_line(first.by) or _("Somebody"), what=what)
    if first.kind == "message" and first.row.outbox is OutboxState.QUEUED:
        return _("{who} wrote before the reply left: {what}").format(who=who, what=what)
    return {
        "message": _("{who}: {what}"),
        "late": _("{who} waits too long: {what}"),
        "failed": _("The reply to {who} did not leave: {what}"),
    }[first.kind].format(who=who, what=what)
