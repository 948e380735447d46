"""The engine as a child of the inbox: it has its own session and log, and ends when the inbox is gone."""

from __future__ import annotations

import contextlib
import getpass
import os
import subprocess
import sys
from pathlib import Path

from omni_tui.config.paths import data_dir
from omni_tui.config.settings import Settings
from omni_tui.desk import lease
from omni_tui.engine.log import open_private
from omni_tui.store import Store


class Child:
    """A running engine. While this process lives, and until :meth:`stop`, it goes on."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Let it send what is in its undo window and end. Does not wait."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()


def start_if_needed(settings: Settings, store: Store) -> Child | None:
    """A new child if no engine works for ``store``, channels are configured and the settings let the inbox start one.

    Reads the store: call it on a thread that may. The configuration is read anew by the child from
    ``settings.file``.
    """
    if not settings.starts_engine or not settings.channels or lease.holder(store) is not None:
        return None
    environment = {
        **os.environ,
        "OMNI_TUI_CONFIG": str(settings.file.absolute()),
        "OMNI_TUI_STORE": str(store.location),
    }
    with open_private(log_path(settings, store)) as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "omni_tui", "engine", "--child"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=environment,
        )
    return Child(process)


def log_path(settings: Settings, store: Store) -> Path:
    """Where a child logs: beside the store, a file per user where several share it; for a database at home."""
    if not isinstance(store.location, Path):
        return data_dir() / "engine.log"
    name = f"engine-{getpass.getuser()}.log" if settings.store.group else "engine.log"
    return store.path.with_name(name)
