"""Files of the open thread: saved, or looked at without leaving."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omni_tui.desk import looking, thread
from omni_tui.desk.actions.key_names import tokens
from omni_tui.model.errors import OmniError
from omni_tui.model.message import AttachmentRow
from omni_tui.screens.draw.ink import Line, Span, cells
from omni_tui.screens.draw.times import size_word
from omni_tui.screens.inbox.bringing import bring
from omni_tui.screens.overlay.preview import preview_lines
from omni_tui.screens.store_link import in_daemon
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _
from omni_tui.text.preview.model import Preview, Room

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

_FRAME = 9
"""Rows of the sheet and the screen around a picture."""


class Files:
    """Does to a file of the thread what a key asks for."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._looking = ""
        self._coming: dict[str, asyncio.Task[None]] = {}
        """By a file's id, its way here from the server."""
        self._waiting: Counter[str] = Counter()
        """By a file's id, how many wait for it."""

    def save(self) -> None:
        """Ask which file, and save it."""
        self._choose(_("Save"), self._save)

    def look(self) -> None:
        """Show a file; ask which where there are several."""
        files = list(self._screen.parts.thread.attachments().values())
        if len(files) == 1:
            self._screen.spawn(self._look(files[0]), "file")
        else:
            self._choose(_("Look at"), self._look)

    def look_at(self, letter: str) -> None:
        """Show the file of this letter."""
        self._with(letter, self._look)

    def save_at(self, letter: str) -> None:
        """Save the file of this letter."""
        self._with(letter, self._save)

    def _with(self, letter: str, act: Callable[[AttachmentRow], Coroutine[Any, Any, None]]) -> None:
        file = self._screen.parts.thread.attachments().get(letter)
        if file is not None:
            self._screen.spawn(act(file), "file")

    def _choose(self, lead: str, act: Callable[[AttachmentRow], Coroutine[Any, Any, None]]) -> None:
        screen = self._screen
        files = screen.parts.thread.attachments()
        if not files:
            screen.parts.say(_("This conversation has no files"))
            return

        def chosen(file: AttachmentRow) -> Callable[[], None]:
            return lambda: screen.spawn(act(file), "file")

        screen.commands.offer(lead, {letter: (_name(file), chosen(file)) for letter, file in files.items()})

    async def _save(self, file: AttachmentRow) -> None:
        if file.left:
            self._screen.parts.say(_("Fetching the file from the server ({size}) ..").format(size=size_word(file.size)))
            await self._bring(file)
        directory = Path.home() / "Downloads"
        if not directory.is_dir():
            directory = Path.home()
        saved = await self._screen.parts.link.read(thread.save_attachment, file.id, directory)
        self._screen.parts.say(_("Saved as {path}").format(path=saved))

    async def _look(self, file: AttachmentRow) -> None:
        screen, sheet = self._screen, self._screen.sheet
        room = Room(max(20, screen.size.width - 6), max(4, screen.size.height - _FRAME))
        coloured = not screen.context.tones.flat
        # A sheet hears single keys.
        saving = key if len(tokens(key := screen.context.key("save_file"))) == 1 else "S"
        self._looking = file.id

        def save() -> None:
            sheet.dismiss()
            screen.spawn(self._save(file), "file")

        def show(lines: list[Line], widest: int = 0) -> None:
            if self._looking == file.id and sheet.is_open:
                sheet.open(_name(file), lines, {saving: (_("save"), save)}, widest=widest)

        try:
            if file.left:
                waiting = _("Fetching the file from the server ({size}) ..").format(size=size_word(file.size))
                sheet.open(_name(file), [(Span(waiting, "muted"),)])
                await self._bring(file)
                if not sheet.is_open or self._looking != file.id:
                    return
            sheet.open(_name(file), [(Span(_("Reading the file .."), "muted"),)])
            name, mime, data = await screen.parts.link.read(thread.attachment, file.id)
            show(*await in_daemon(lambda: _lines(looking.look(name, mime, data, room), room, coloured)))
        except OmniError as error:
            show([(Span(line, "alarm"),) for line in wrap(f"{error.message} {error.hint}".strip(), room.columns)])

    async def _bring(self, file: AttachmentRow) -> None:
        """Fetch it once, however often it is asked for meanwhile. Raises OmniError."""
        parts, opened = self._screen.parts, self._screen.parts.thread.opened
        coming = self._coming.get(file.id)
        if coming is None:
            if opened is None:
                return
            way = bring(self._screen.context.settings, parts.link, opened.thread.head.ref, file.id)
            coming = self._coming[file.id] = asyncio.create_task(way)
            coming.add_done_callback(partial(self._came, file.id))
        self._waiting[file.id] += 1
        try:
            await asyncio.shield(coming)
        finally:
            self._waiting[file.id] -= 1

    def _came(self, file_id: str, coming: asyncio.Task[None]) -> None:
        del self._coming[file_id]
        if self._waiting[file_id] or coming.cancelled():
            return
        # Whoever asked for it was called off: what went wrong is told all the same, to whoever is still there.
        if self._screen.is_attached:
            self._screen.spawn(_outcome(coming), "file")
        else:
            coming.exception()


async def _outcome(coming: asyncio.Task[None]) -> None:
    await coming


def _lines(found: Preview, room: Room, coloured: bool) -> tuple[list[Line], int]:
    lines = preview_lines(found, room.columns, coloured=coloured)
    return lines, max(map(cells, lines), default=0)


def _name(file: AttachmentRow) -> str:
    return clean_line(file.name) or _("unnamed")
