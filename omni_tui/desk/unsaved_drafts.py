"""Drafts that could not be stored: in a private file beside the configuration, from where they come back."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from omni_tui.desk import drafts
from omni_tui.desk.draft_fields import fields_from, fields_json
from omni_tui.model.conversation import Agent
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import NotFound
from omni_tui.store import Store

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Text that should be in the store and may not be, and how it is to leave (None: as the store has it)."""

    conversation_id: str
    mode: DraftMode
    body: str
    fields: DraftFields | None = None


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
        "drafts": [_entry(draft) for draft in kept.values()],
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


def _entry(draft: Unsaved) -> dict[str, str]:
    found = {"conversation": draft.conversation_id, "mode": draft.mode.value, "body": draft.body}
    return found if draft.fields is None else found | {"fields": fields_json(draft.fields)}


def take_in(store: Store, agent: Agent, file: Path) -> int:
    """Move the file's drafts into the store; returns how many. What the store has beside them is kept too."""
    found = _read(file)
    for draft in found:
        held = drafts.load(store, agent, draft.conversation_id, draft.mode)
        body = draft.body
        if held is not None and body in held.body:
            body = held.body  # taken in before, by a start that came no further
        elif held is not None and held.body.strip() and held.body not in body:
            body = f"{held.body}\n\n{body}"
        # A conversation that is gone has nobody left to answer.
        with contextlib.suppress(NotFound):
            drafts.save(store, agent, draft.conversation_id, draft.mode, body, fields=draft.fields)
    with contextlib.suppress(FileNotFoundError):
        file.unlink()
    return len(found)


def _read(file: Path) -> tuple[Unsaved, ...]:
    try:
        content = json.loads(file.read_text("utf-8"))
        return tuple(_draft(entry) for entry in content["drafts"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError):
        # Not ours to throw away: put it where it is not read again, for a person to look at.
        with contextlib.suppress(OSError):
            file.replace(file.with_suffix(".unreadable"))
        return ()


def _draft(entry: Mapping[str, str]) -> Unsaved:
    fields = fields_from(entry["fields"]) if "fields" in entry else None
    return Unsaved(str(entry["conversation"]), DraftMode(entry["mode"]), str(entry["body"]), fields)
