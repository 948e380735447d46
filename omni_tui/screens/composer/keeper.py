"""Keeps what is typed: in the store one second after the last key; in a private file beside the configuration while the
store fails, from where it comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from omni_tui.desk import drafts
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import NotFound, StoreError
from omni_tui.screens.context import Context
from omni_tui.screens.store_link import StoreLink
from omni_tui.store import Store

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Text that should be in the store and may not be."""

    conversation_id: str
    mode: DraftMode
    body: str


def rescue_file(config: Path) -> Path:
    """Where unsaved drafts are put, for a configuration file."""
    return config.parent / "unsaved-drafts.json"


def put_aside(file: Path, login: str, unsaved: tuple[Unsaved, ...]) -> None:
    """Add drafts to the file, readable by its owner only; it is replaced as a whole."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _replace(file, login, {(d.conversation_id, d.mode): d for d in (*_read(file), *unsaved)})


def take_out(file: Path, login: str, settled: Collection[tuple[str, DraftMode]]) -> None:
    """Take drafts out of the file that the store has by now, or that were sent; an empty file goes away."""
    kept = {(d.conversation_id, d.mode): d for d in _read(file) if (d.conversation_id, d.mode) not in settled}
    if kept:
        _replace(file, login, kept)
    else:
        file.unlink(missing_ok=True)


def _replace(file: Path, login: str, kept: Mapping[tuple[str, DraftMode], Unsaved]) -> None:
    content = {
        "version": _VERSION,
        "agent": login,
        "drafts": [{"conversation": d.conversation_id, "mode": d.mode.value, "body": d.body} for d in kept.values()],
    }
    new = file.with_suffix(f".{os.getpid()}.new")
    with contextlib.suppress(FileNotFoundError):
        new.unlink()
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def take_in(store: Store, agent: Agent, file: Path) -> int:
    """Move the file's drafts into the store; returns how many. What the store has beside them is kept too."""
    found = _read(file)
    for draft in found:
        held = drafts.load(store, agent, draft.conversation_id, draft.mode)
        body = draft.body
        if held is not None and held.body.strip() and held.body not in body:
            body = f"{held.body}\n\n{body}"
        # A conversation that is gone has nobody left to answer.
        with contextlib.suppress(NotFound):
            drafts.save(store, agent, draft.conversation_id, draft.mode, body)
    with contextlib.suppress(FileNotFoundError):
        file.unlink()
    return len(found)


def _read(file: Path) -> tuple[Unsaved, ...]:
    try:
        content = json.loads(file.read_text("utf-8"))
        return tuple(Unsaved(str(d["conversation"]), DraftMode(d["mode"]), str(d["body"])) for d in content["drafts"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError):
        # Not ours to throw away: put it where it is not read again, for a person to look at.
        with contextlib.suppress(OSError):
            file.replace(file.with_suffix(".unreadable"))
        return ()


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
        self._aside: set[_Key] = set()
        self._known: dict[_Key, list[str]] = {}
        self.joined: Callable[[str, DraftMode, str], None] = lambda _id, _mode, _other: None
        """Called with the text of another window that was found in the store and kept before what was typed here."""

    def loaded(self, conversation_id: str, mode: DraftMode, text: str) -> None:
        """The text was taken from the store, to be written on here."""
        self._known[(conversation_id, mode)] = [text]

    def is_known(self, conversation_id: str, mode: DraftMode, text: str) -> bool:
        """Whether this is what the store has, as far as known here, or what waits to be kept."""
        key = (conversation_id, mode)
        return self._unsaved.get(key, self._known.get(key, [""])[-1]) == text

    def note(self, conversation_id: str, mode: DraftMode, text: str) -> None:
        """The text was changed; it is kept soon. An empty text discards the draft."""
        self._unsaved[(conversation_id, mode)] = text
        self._later()

    def later(self) -> None:
        """Try again to keep what could not be stored."""
        self._later()

    def forget(self, conversation_id: str, mode: DraftMode) -> None:
        """The text was sent: there is nothing to keep."""
        self._unsaved.pop((conversation_id, mode), None)
        self._known.pop((conversation_id, mode), None)
        self._tidy()

    def unsaved_text(self, conversation_id: str, mode: DraftMode) -> str | None:
        """What was typed and is not in the store yet."""
        return self._unsaved.get((conversation_id, mode))

    async def flush(self) -> bool:
        """Keep everything now; True if it is in the store, False if it had to go into the file."""
        stored = True
        for key, text in list(self._unsaved.items()):
            # A write that is not waited for any longer may still be done: what it stores is one's own, too.
            known = self._known.setdefault(key, [])
            known[:] = [*known[-_REMEMBERED:], text]
            save = self._link.write(drafts.save, self._context.agent, key[0], key[1], text, known=tuple(known))
            try:
                other = await asyncio.wait_for(save, _PATIENCE_S)
            except (StoreError, TimeoutError):
                stored = False
                break
            if other:
                known.append(f"{other}\n\n{text}" if text.strip() else other)
                self.joined(key[0], key[1], other)
            if self._unsaved.get(key) == text:
                del self._unsaved[key]
        self._tidy()
        if not stored:
            self.put_aside()
        elif not self._unsaved:
            self._saved()
        return stored

    def put_aside(self) -> None:
        """Write what is unsaved into the file, at once."""
        if self._unsaved:
            unsaved = tuple(Unsaved(id, mode, text) for (id, mode), text in self._unsaved.items())
            put_aside(self._rescue, self._context.agent.login, unsaved)
            self._aside |= self._unsaved.keys()

    def _tidy(self) -> None:
        # What stays in the file after it was stored or sent would come back as a draft at the next start.
        settled = self._aside - self._unsaved.keys()
        if settled:
            take_out(self._rescue, self._context.agent.login, settled)
            self._aside -= settled
