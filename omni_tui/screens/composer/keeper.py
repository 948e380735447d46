"""Keeps what is typed: in the store one second after the last key; in a private file beside the configuration while the
store fails, from where it comes back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from omni_tui.desk import drafts
from omni_tui.desk.unsaved_drafts import Unsaved, put_aside, take_out
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import StoreError
from omni_tui.screens.context import Context
from omni_tui.screens.store_link import StoreLink

AFTER_LAST_KEY_S = 1.0
_PATIENCE_S = 0.5
_REMEMBERED = 20
_Key = tuple[str, DraftMode]


class DraftKeeper:
    """Knows every text that is not in the store yet. ``saved`` is told when there is none left."""

    def __init__(
        self, link: StoreLink, context: Context, rescue: Path, saved: Callable[[], None], later: Callable[[], None]
    ) -> None:
        self._link, self._context, self._rescue = link, context, rescue
        self._saved, self._later = saved, later
        self._unsaved: dict[_Key, str] = {}
        self._fields: dict[_Key, DraftFields] = {}
        self._aside: set[_Key] = set()
        self._known: dict[_Key, list[str]] = {}
        self._leaving: dict[_Key, asyncio.Event] = {}
        self.joined: Callable[[str, DraftMode, str], None] = lambda _id, _mode, _other: None
        """Called with the text of another window that was found in the store and kept before what was typed here."""

    def loaded(self, conversation_id: str, mode: DraftMode, text: str) -> None:
        """The text was taken from the store, to be written on here."""
        self._known[(conversation_id, mode)] = [text]

    def is_known(self, conversation_id: str, mode: DraftMode, text: str) -> bool:
        """Whether this is what the store has, as far as known here, or what waits to be kept."""
        key = (conversation_id, mode)
        return self._unsaved.get(key, self._known.get(key, [""])[-1]) == text

    def note(self, conversation_id: str, mode: DraftMode, text: str, fields: DraftFields | None = None) -> None:
        """The text was changed, or how it is to leave (``fields``; None: as ever); it is kept soon. An empty text
        discards the draft, unless there is more to it."""
        self._unsaved[(conversation_id, mode)] = text
        if fields is not None:
            self._fields[(conversation_id, mode)] = fields
        self._later()

    def later(self) -> None:
        """Try again to keep what could not be stored."""
        self._later()

    def forget(self, conversation_id: str, mode: DraftMode) -> None:
        """The text was sent: there is nothing to keep."""
        self._unsaved.pop((conversation_id, mode), None)
        self._fields.pop((conversation_id, mode), None)
        self._known.pop((conversation_id, mode), None)
        self._tidy()

    @contextlib.contextmanager
    def leaving(self, conversation_id: str, mode: DraftMode) -> Iterator[None]:
        """The text is being sent: kept behind that, it would be a draft once more. Whoever sent it says so by
        :meth:`forget` before this ends."""
        done = self._leaving[(conversation_id, mode)] = asyncio.Event()
        try:
            yield
        finally:
            del self._leaving[(conversation_id, mode)]
            done.set()

    def unsaved_text(self, conversation_id: str, mode: DraftMode) -> str | None:
        """What was typed and is not in the store yet."""
        return self._unsaved.get((conversation_id, mode))

    def unsaved_fields(self, conversation_id: str, mode: DraftMode) -> DraftFields | None:
        """How it is to leave, where the store does not know that yet."""
        return self._fields.get((conversation_id, mode))

    async def flush(self) -> bool:
        """Keep everything now; True if it is in the store, False if it had to go into the file."""
        stored = True
        for key in list(self._unsaved):
            if not await self._stays(key):
                stored = False
                continue
            text = self._unsaved.get(key)
            if text is None:
                continue  # sent or thrown away meanwhile
            # A write that is not waited for any longer may still be done: what it stores is one's own, too.
            known = self._known.setdefault(key, [])
            known[:] = [*known[-_REMEMBERED:], text]
            fields = self._fields.get(key)
            save = self._link.write(
                drafts.save, self._context.agent, key[0], key[1], text, known=tuple(known), fields=fields
            )
            try:
                other = await asyncio.wait_for(save, _PATIENCE_S)
            except (StoreError, TimeoutError):
                stored = False
                break
            if other:
                known.append(f"{other}\n\n{text}" if text.strip() else other)
                self.joined(key[0], key[1], other)
            if self._unsaved.get(key) == text and self._fields.get(key) == fields:
                del self._unsaved[key]
                self._fields.pop(key, None)
        self._tidy()
        if not stored:
            self.put_aside()
        elif not self._unsaved:
            self._saved()
        return stored

    async def _stays(self, key: _Key) -> bool:
        """Wait for what is being sent, but no longer than for a write; whether it is not being sent any more."""
        try:
            while key in self._leaving:
                await asyncio.wait_for(self._leaving[key].wait(), _PATIENCE_S)
        except TimeoutError:
            return False
        return True

    def put_aside(self) -> None:
        """Write what is unsaved into the file, at once."""
        if self._unsaved:
            unsaved = tuple(Unsaved(*key, text, self._fields.get(key)) for key, text in self._unsaved.items())
            put_aside(self._rescue, self._context.agent.login, unsaved)
            self._aside |= self._unsaved.keys()

    def _tidy(self) -> None:
        # What stays in the file after it was stored or sent would come back as a draft at the next start.
        settled = self._aside - self._unsaved.keys()
        if settled:
            take_out(self._rescue, self._context.agent.login, settled)
            self._aside -= settled
