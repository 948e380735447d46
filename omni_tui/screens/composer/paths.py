"""Completion of file names: folders are read on threads of their own, for a disk may take its time."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from omni_tui.screens.draw.times import size_word
from omni_tui.screens.overlay.prompt import Offer
from omni_tui.screens.store_link import in_daemon
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

_MOST = 5_000
"""Entries of a folder that are looked at."""
_KEPT = 50
Entry = tuple[str, str]
"""A name, folders with a slash behind it, and its size in words."""


def entries(folder: str) -> tuple[Entry, ...]:
    """What is in a folder, folders first; nothing where it cannot be read. Names nobody could type are left out."""
    found: list[tuple[bool, str, str, str]] = []
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as scan:  # noqa: PTH111  "~" must not become a Path's "./~"
            for entry in itertools.islice(scan, _MOST):
                if clean_line(entry.name) != entry.name:
                    continue
                try:
                    is_folder = entry.is_dir()
                    size = "" if is_folder else size_word(entry.stat().st_size)
                except OSError:
                    continue
                name = entry.name + ("/" if is_folder else "")
                found.append((not is_folder, entry.name.casefold(), name, size or _("folder")))
    except (OSError, ValueError):
        return ()
    return tuple((name, words) for _file, _key, name, words in sorted(found))


def begun_anew(text: str, folder: str) -> str:
    """What is meant where somebody types behind the ``folder`` that stood there: another path from its root or from
    home, one in quotes as a terminal pastes it, or the number of a file to take off or along again."""
    rest = text.removeprefix(folder)
    root = rest.removeprefix(rest[:1]) if rest[:1] in ("'", '"') else rest
    anew = root.startswith(("/", "~/")) or (rest[:1] in ("-", "+") and rest[1:].isdecimal())
    return rest if folder and rest != text and anew else text


def typed_path(text: str) -> Path:
    """The file that is meant: as typed, or as a terminal pastes a dropped file, in quotes or with escaped blanks."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    path = Path(text)
    if "\\" in text and not os.path.lexists(os.path.expanduser(text)):  # noqa: PTH111
        path = Path(text.replace("\\ ", " ").replace("\\", ""))
    return path.expanduser() if text.startswith("~") else path


class Paths:
    """Offers for what is typed. ``again`` is called when a folder has been read and has something else
    in it than was known, to offer once more."""

    def __init__(self, spawn: Callable[[Coroutine[Any, Any, None], str], None], again: Callable[[], None]) -> None:
        self._spawn, self._again = spawn, again
        self._read: dict[str, tuple[Entry, ...]] = {}
        self._asked: set[str] = set()

    def forget(self) -> None:
        """Folders may have other files by now."""
        self._read.clear()
        self._asked.clear()

    def look_again(self, text: str) -> None:
        """The folder that ``text`` is in may have other files by now: read it once more, if it was read at all."""
        folder = "".join(text.rpartition("/")[:2])
        if folder in self._read and folder not in self._asked:
            self._asked.add(folder)
            self._spawn(self._list(folder), "paths")

    def offers(self, text: str) -> list[Offer]:
        """What the text could become. Hidden files only for whoever types their dot."""
        if text == "~":
            return [Offer("~/", _("folder"), goes_on=True)]
        folder, slash, part = text.rpartition("/")
        folder += slash
        if folder not in self._read:
            if folder not in self._asked:
                self._asked.add(folder)
                self._spawn(self._list(folder), "paths")
            return []
        wanted = part.casefold()
        return [
            Offer(folder + name, words, goes_on=name.endswith("/"))
            for name, words in self._read[folder]
            if name.casefold().startswith(wanted) and (part.startswith(".") or not name.startswith("."))
        ]

    async def _list(self, folder: str) -> None:
        found = await in_daemon(lambda: entries(folder))
        self._asked.discard(folder)
        if self._read.get(folder) == found:
            return
        if len(self._read) >= _KEPT:
            self._read.clear()
        self._read[folder] = found
        self._again()
