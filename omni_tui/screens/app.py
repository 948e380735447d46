"""The Textual application: themes, guards, signals, and the way in and out."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter, Monochrome
from textual.message import Message
from textual.worker import WorkerFailed

from omni_tui.config.settings import Settings
from omni_tui.config.zone import local_zone
from omni_tui.desk import agents
from omni_tui.desk.actions.keymap import key_map
from omni_tui.desk.unsaved_drafts import rescue_file, take_in
from omni_tui.screens.context import Context, look_of, system_now
from omni_tui.screens.draw.themes import textual_theme, variables
from omni_tui.screens.draw.tones import tones_for
from omni_tui.screens.engine_child import EngineChild
from omni_tui.screens.inbox.screen import InboxScreen
from omni_tui.screens.keys.first import KeysFirst
from omni_tui.screens.store_link import StoreLink
from omni_tui.screens.terminal.begun import Begun
from omni_tui.screens.terminal.colourless import Colourless
from omni_tui.screens.terminal.driver import HungUp, ThriftyDriver
from omni_tui.screens.terminal.guard import Guard
from omni_tui.store import Store
from omni_tui.text.i18n import _, ngettext

_LAST_RESORT_S = 0.9


class OmniApp(App[str], inherit_bindings=False):
    """One store, one agent, one terminal. Ends with what to do next: ``""``, ``demo`` or ``again``."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        ("ctrl+q", "quit", ""),
        ("ctrl+z", "suspend_process", ""),
    ]

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        start_note: str = "",
        first_start: bool = False,
        link: StoreLink | None = None,
        begun: Begun | None = None,
        made: Callable[[], None] = lambda: None,
        tour_file: Path | None = None,
        now: Callable[[], int] = system_now,
        zone: Callable[[], tzinfo] = local_zone,
    ) -> None:
        self._look = look_of(settings.screen)
        super().__init__()
        self.animation_level = "none"
        self._settings, self._store, self._start_note = settings, store, start_note
        self._now, self._zone = now, zone
        self._first_start = first_start
        self._tour_file = tour_file
        self._guard = Guard()
        self._link = link
        self._made = made
        """Called when the inbox and all in it is there."""
        self.begun = begun
        """The terminal with its first picture, if one was drawn."""
        self._engine = EngineChild(settings)
        self._inbox: InboxScreen | None = None
        self._wear()

    def get_driver_class(self) -> type[ThriftyDriver]:
        """Our driver for real terminals; tests bring their own."""
        return ThriftyDriver

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The tokens, which style sheets need before any theme is chosen."""
        return variables(self._look.tones)

    def _wear(self) -> None:
        theme = textual_theme(self._look.tones)
        self.register_theme(theme)
        self.theme = theme.name

    def wear(self, theme: str) -> None:
        """Show everything in another theme from now on."""
        look = self._look
        coloured = look.tones.coloured
        look.tones = tones_for(theme, colour=coloured, own=self._settings.screen.colours)
        self._wear()
        self.refresh(layout=True)

    def write_past(self, data: str) -> None:
        """Write to the terminal beside the picture."""
        if isinstance(self._driver, ThriftyDriver):
            self._driver.write_past(data)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, then the guard against control characters."""
        filters = [each for each in super().get_line_filters() if not isinstance(each, Monochrome)]
        if not self._look.tones.coloured:
            filters.append(Colourless())
        return [*filters, self._guard]

    async def on_event(self, event: events.Event) -> None:
        """What is typed is the screen's first."""
        if isinstance(event, events.AppFocus | events.AppBlur) and self._inbox is not None:
            self._inbox.notices.focus(isinstance(event, events.AppFocus))
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self.app_focus = True
            if self._inbox is not None:
                self._inbox.notices.key()
            if isinstance(screen := self.screen, KeysFirst) and screen.takes(event):
                return
        await super().on_event(event)

    async def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            # Only the main thread may: elsewhere (in a test's thread) signals are somebody else's.
            with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
                loop.add_signal_handler(number, self._told_to_end)
        self._link = self._link or StoreLink(self._store)
        agent_settings = self._settings.agent
        agent = await self._link.write(agents.who, agent_settings.login, agent_settings.name)
        context = Context(self._settings, agent, self._look, self._now, self._zone)
        if self._first_start:
            from omni_tui.screens.first_start.screen import FirstStart

            await self.push_screen(FirstStart(context))
            return
        file = self._rescue_file()
        note = self._start_note
        if file.exists():
            count = await self._link.write(take_in, agent, file)
            words = ngettext("{count} draft came back from last time", "{count} drafts came back from last time", count)
            note = words.format(count=count) if count else note
        keys = self._look.keys = key_map(self._settings.screen.keys)
        self._inbox = InboxScreen(
            context, self._link, keys, self._engine, file, note, write=self.write_past, tour_file=self._tour_file
        )
        await self.push_screen(self._inbox)
        self._made()

    def on_first_start_chosen(self, event: Message) -> None:
        """The first screen is done: ``demo`` or ``again``."""
        event.stop()
        self.exit(str(getattr(event, "what", "")))

    def on_hung_up(self, event: HungUp) -> None:
        event.stop()
        self._told_to_end()

    def _rescue_file(self) -> Path:
        return rescue_file(self._settings.file)

    @property
    def broken(self) -> Exception | None:
        """What ended it that nobody foresaw; whoever opened it tells of it."""
        found = self._exception
        inner = found.error if isinstance(found, WorkerFailed) else found
        return inner if isinstance(inner, Exception) else found

    def _fatal_error(self) -> None:
        # Textual would print a traceback with the values of variables: customers' words, addresses, secrets.
        if self._inbox is not None:
            self._inbox.writing.note_last_keys()
            self._inbox.keeper.put_aside()
        self._close_messages_no_wait()

    def _told_to_end(self) -> None:
        # The terminal may be gone, and writing to it may hang: drafts are safe before that is tried.
        timer = threading.Timer(_LAST_RESORT_S, self._end_hard)
        timer.daemon = True
        timer.start()
        self.run_worker(self.action_quit(), group="quit")

    def _end_hard(self) -> None:
        if self._inbox is not None:
            self._inbox.writing.note_last_keys()
            self._inbox.keeper.put_aside()
        os._exit(1)

    async def action_quit(self) -> None:
        """Keep drafts and end; waits for nothing else."""
        if self._inbox is not None:
            self._inbox.writing.note_last_keys()
            await self._inbox.keeper.flush()
        self._engine.let_go()
        self.exit("")

    def action_suspend_process(self) -> None:
        """Stop until the shell wakes it up; where no shell would, go on and say so.

        A shell with job control gives each job a process group of its own; in the group of the session's leader (a
        program that ``ssh`` or tmux started itself) nobody can say ``fg``.
        """
        if os.getpgrp() != os.getsid(0):
            super().action_suspend_process()
        elif self._inbox is not None:
            self._inbox.parts.say(_("No shell started this that could go on with it later"))

    def leave(self) -> None:
        """Let go of the store's threads."""
        if self._link is not None:
            self._link.close()
        self._engine.let_go()
