"""Completion of mail addresses: the people the store knows, looked up while one types."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from omni_tui.desk import addressing
from omni_tui.model.message import Party
from omni_tui.screens.overlay.prompt import Offer
from omni_tui.screens.store_link import StoreLink
from omni_tui.text.clean import clean_line

_KEPT = 50


class People:
    """Offers for the last address of a list. ``again`` is called when somebody was found, to offer once more."""

    def __init__(
        self, link: StoreLink, spawn: Callable[[Coroutine[Any, Any, None], str], None], again: Callable[[], None]
    ) -> None:
        self._link, self._spawn, self._again = link, spawn, again
        self._found: dict[str, tuple[Party, ...]] = {}
        self._asked: set[str] = set()

    def forget(self) -> None:
        """There may be others by now."""
        self._found.clear()
        self._asked.clear()

    def offers(self, text: str) -> list[Offer]:
        """What the list could become."""
        before, comma, part = text.rpartition(",")
        wanted = part.strip().strip('"').casefold()
        if not wanted or ">" in wanted:
            return []
        if wanted not in self._found:
            if wanted not in self._asked:
                self._asked.add(wanted)
                self._spawn(self._look(wanted), "people")
            return []
        lead = f"{before}, " if comma else ""
        # An address that is shown otherwise than it is must not be chosen by what is shown.
        return [
            Offer(f"{lead}{each.address}", clean_line(each.name))
            for each in self._found[wanted]
            if clean_line(each.address) == each.address
        ]

    async def _look(self, wanted: str) -> None:
        try:
            # Whoever types on asks anew: what nobody waits for any longer must not hold up other questions.
            found = await self._link.ask("people", addressing.known, wanted)
        finally:
            self._asked.discard(wanted)
        if len(self._found) >= _KEPT:
            self._found.clear()
        self._found[wanted] = found
        self._again()
