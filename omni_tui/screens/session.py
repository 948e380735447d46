"""From settings to a screen and out again: which of the two screens is shown, and what follows it."""

from __future__ import annotations

import contextlib
import os
import sys

from omni_tui.config.load import load_settings
from omni_tui.config.paths import store_location, tour_file
from omni_tui.config.settings import Settings
from omni_tui.desk import channels
from omni_tui.store import Store, open_store


def show(settings: Settings, start_note: str) -> int:
    """Show the inbox, or the first steps where nothing is configured, until it is left; the exit code."""
    while True:
        store = open_store(store_location(settings), group=settings.store.group)
        after, code = _shown(settings, store, start_note)
        if after == "demo":
            os.execv(sys.executable, [sys.executable, "-m", "omni_tui", "demo"])  # noqa: S606  our own program
        if after != "again":
            return code
        settings, start_note = load_settings(settings.file), ""


def _shown(settings: Settings, store: Store, start_note: str) -> tuple[str | None, int]:
    """What the screen ended with, and its exit code. Raises what ended it that nobody foresaw."""
    new = _is_new(settings, store)
    with contextlib.ExitStack() as stack:
        begun = None
        if not new:
            from omni_tui.screens.first_picture import first_picture

            begun = stack.enter_context(first_picture(settings, store))
        from omni_tui.screens.app import OmniApp
        from omni_tui.screens.frames import spare_the_keys

        app = OmniApp(
            settings,
            store,
            start_note=start_note,
            first_start=new,
            begun=begun,
            made=spare_the_keys,
            tour_file=tour_file(),
        )
        after = app.run(mouse=_mouse(settings))
        app.leave()
    if app.broken is not None:
        raise app.broken
    return after, app.return_code or 0


def _is_new(settings: Settings, store: Store) -> bool:
    """Nothing is configured, and the store holds no channel either (as in a demo)."""
    return not settings.channels and not channels.listed(store)


def _mouse(settings: Settings) -> bool:
    if settings.screen.mouse == "auto":
        return "SSH_CONNECTION" not in os.environ
    return settings.screen.mouse == "on"
