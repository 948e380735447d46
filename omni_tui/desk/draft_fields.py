"""How a draft is to leave, as the JSON it is kept in; by which mark its files are known."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from omni_tui.model.draft import NO_FIELDS, DraftFields
from omni_tui.model.enums import DraftMode

_NAMES = tuple(field.name for field in fields(DraftFields))


def fields_json(found: DraftFields, **beside: Any) -> str:
    """What is not as in a bare draft, and whatever else is to be kept ``beside`` it."""
    bare = asdict(NO_FIELDS)
    return json.dumps({k: v for k, v in (asdict(found) | beside).items() if v != bare.get(k)}, ensure_ascii=False)


def fields_from(text: str) -> DraftFields:
    """The fields kept as ``text``; what a newer program keeps beside them is passed over."""
    if text == "{}":
        return NO_FIELDS
    held = {name: value for name, value in json.loads(text).items() if name in _NAMES}
    return DraftFields(**{**held, "left_out": tuple(held.get("left_out", ()))})


def files_mark(agent_id: str, mode: DraftMode = DraftMode.REPLY) -> str:
    """What the message is marked with that the files of an agent's draft hang on (:mod:`omni_tui.desk.held_files`)."""
    return f"draft {agent_id}" if mode is DraftMode.REPLY else f"draft {agent_id} {mode.value}"
