"""The spelling of a key that was pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.desk.actions.key_names import NAMES

if TYPE_CHECKING:
    from textual.events import Key  # the inbox's first picture is drawn before Textual is imported


def token(key: Key) -> str:
    """The spelling of a pressed key; empty for keys nothing can be bound to."""
    name = key.key
    if name in NAMES:
        return NAMES[name]
    modifiers, _, last = name.rpartition("+")
    if not modifiers:
        if key.character is not None and key.character.isprintable():
            return key.character
        return name.upper() if name[:1] == "f" and name[1:].isdigit() else ""
    parts = modifiers.split("+")
    if key.character is not None and key.character.isprintable() and not {"alt", "ctrl"} & set(parts):
        return key.character
    base = NAMES.get(last, last)
    if "shift" in parts and len(base) == 1:
        base = base.upper()
    prefix = "".join(mark for word, mark in (("ctrl", "C-"), ("alt", "Alt-")) if word in parts)
    return prefix + base if prefix else f"S-{base}"
