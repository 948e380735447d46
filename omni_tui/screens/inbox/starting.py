"""What begins to be written, by which key, and what the keys of the text being written do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from omni_tui.model.enums import DraftMode, OutboxState
from omni_tui.model.errors import OmniError
from omni_tui.screens.composer.editor import edit
from omni_tui.text.clean import clean
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen


class Starting:
    """Opens the composer for what a key asks for, and obeys the keys pressed in it."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen

    @property
    def names(self) -> Mapping[str, Callable[[], None]]:
        """By the name of an action or command, what begins it."""
        return {
            "reply": lambda: self._begin(self._write(DraftMode.REPLY)),
            "reply_all": lambda: self._begin(self._write(DraftMode.REPLY, to_all=True)),
            "note": lambda: self._begin(self._write(DraftMode.NOTE)),
            "forward": lambda: self._begin(self._screen.lettering.forward()),
            "compose": lambda: self._begin(self._screen.lettering.new()),
            "send_again": self._decide,
        }

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """While the composer is being opened; the screen is as it was if it could not be."""
        screen = self._screen
        screen.add_class("-writing")
        try:
            yield
        finally:
            self.settle()
        screen.face.paint()

    def settle(self) -> None:
        """The screen is that of writing while the composer is open."""
        self._screen.set_class(self._screen.parts.composer.is_open, "-writing")

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._screen.turns.take(work, into_field=True)

    async def _write(self, mode: DraftMode, *, to_all: bool = False) -> None:
        screen = self._screen
        if screen.place == "list":
            await screen.reading.open()
        with self.writing():
            await screen.snipping.load()
            await screen.writing.begin(mode, to_all=to_all)

    async def _toggle(self) -> None:
        await self._screen.writing.toggle()
        self._screen.face.paint()  # the keys of a note are not those of a reply

    def command(self, verb: str) -> None:
        """Obey a key of the text being written."""
        screen = self._screen
        match verb:
            case "send":
                screen.turns.take(screen.writing.send())
            case "toggle":
                screen.turns.take(self._toggle(), into_field=True)
            case "leave":
                screen.turns.take(screen.writing.leave())
            case "way":
                screen.writing.next_way()
            case "editor":
                self._editor()

    def _editor(self) -> None:
        """Hand the text being written to the user's own editor."""
        screen, area = self._screen, self._screen.parts.composer.area
        try:
            with screen.app.suspend():
                text = edit(area.text)
        except SuspendNotSupported:
            screen.parts.complain(OmniError(_("An editor cannot be started from here.")))
        except OmniError as error:
            screen.parts.complain(error)
        else:
            area.load_text(clean(text))
            area.move_cursor(area.document.end)
        screen.refresh(layout=True)

    def _decide(self) -> None:
        """Ask what is to become of the reply that waits for a person, or for later."""
        screen = self._screen
        message = screen.writing.undecided()
        if message is None:
            screen.parts.say(_("Nothing here waits for a decision"))
            return
        now = (_("send it now"), lambda: screen.spawn(screen.writing.send_now(message), "deed"))
        again = (_("send it again"), lambda: screen.spawn(screen.writing.send_again(message), "deed"))
        keep = (_("keep the text as a draft"), lambda: screen.spawn(screen.writing.keep_as_draft(message), "deed"))
        if message.outbox is not None and message.outbox.state is OutboxState.QUEUED:
            screen.commands.offer(_("To leave later:"), {"n": now, "d": keep})
        else:
            screen.commands.offer(_("Not sent:"), {"r": again, "d": keep})
