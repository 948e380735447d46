"""From settings to a screen and out again: which of the two screens is shown, and what follows it."""

from __future__ import annotations

import os
import sys

from omni_tui.config.load import load_settings
from omni_tui.config.paths import store_path
from omni_tui.config.settings import Settings
from omni_tui.desk import channels
from omni_tui.screens.app import OmniApp
from omni_tui.store import Store, open_store


def show(settings: Settings, start_note: str) -> int:
    """Run until the user leaves; the exit code."""
    while True:
        store = open_store(store_path(settings), group=settings.store.group)
        app = OmniApp(settings, store, start_note=start_note, first_start=_is_new(settings, store))
        after = app.run(mouse=_mouse(settings))
        app.leave()
        if after == "demo":
            os.execv(sys.executable, [sys.executable, "-m", "omni_tui", "demo"])  # noqa: S606  our own program
        if after != "again":
            return app.return_code or 0
        settings, start_note = load_settings(settings.file), ""


def _is_new(settings: Settings, store: Store) -> bool:
    """Nothing is configured, and the store holds no channel either (as in a demo)."""
    return not settings.channels and not channels.listed(store)


def _mouse(settings: Settings) -> bool:
    if settings.screen.mouse == "auto":
        return "SSH_CONNECTION" not in os.environ
    return settings.screen.mouse == "on"
