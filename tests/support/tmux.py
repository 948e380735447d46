"""A real terminal: tmux runs the program, keys are sent one step at a time, the screen is read as text."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

HANG_S = 60.0


class Terminal:
    """One program in a terminal of ``columns`` × ``rows``; killed with its tmux server at the end."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, columns: int = 120, rows: int = 40
    ) -> None:
        # A short path: a socket's is limited to about a hundred bytes.
        self._folder = tempfile.TemporaryDirectory(prefix="tmux-")
        self._socket = str(Path(self._folder.name) / "s")
        kept = {**environment, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor", "LANGUAGE": "en"}
        words = ["env", "-i", *(f"{name}={value}" for name, value in kept.items()), *command]
        self._tmux(
            *("-u", "-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", str(columns), "-y", str(rows)),
            f"{shlex.join(words)}; echo ended with $?; sleep 1000",
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_error: object) -> None:
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], check=False, capture_output=True)
        self._folder.cleanup()

    def screen(self) -> str:
        """What stands on the screen now."""
        return self._tmux("capture-pane", "-p", "-t", "t")

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names (``Enter``, ``C-j``, ``r``)."""
        self._tmux("send-keys", "-t", "t", *keys)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-t", "t", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal."""
        self._tmux("resize-window", "-t", "t", "-x", str(columns), "-y", str(rows))

    def wait_for(self, *texts: str, gone: str = "") -> str:
        """The screen once all ``texts`` stand on it and ``gone`` does not."""
        end = time.monotonic() + HANG_S
        while True:
            screen = self.screen()
            if all(text in screen for text in texts) and not (gone and gone in screen):
                return screen
            assert time.monotonic() < end, f"waited for {texts} without {gone!r}:\n{screen}"
            time.sleep(0.05)

    def pid(self) -> int:
        """The process id of the program itself."""
        shell = int(self._tmux("display-message", "-p", "-t", "t", "#{pane_pid}"))
        end = time.monotonic() + HANG_S
        while True:
            found = subprocess.run(["pgrep", "-P", str(shell)], check=False, capture_output=True, text=True).stdout
            if found.split():
                return int(found.split()[0])
            assert time.monotonic() < end, "the program did not start"
            time.sleep(0.05)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(["tmux", "-S", self._socket, *words], check=True, capture_output=True, text=True)
        return done.stdout


def inbox_command(config: Path, store: Path | str) -> list[str]:
    """The bare program on this configuration and store."""
    return [sys.executable, "-m", "omni_tui", "--config", str(config), "--store", str(store)]


def environment(home: Path) -> dict[str, str]:
    """An environment of its own below ``home``: nothing of the user's is read or written."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(home), "USER": "ana", "LOGNAME": "ana", "TERM": "xterm-256color"}
