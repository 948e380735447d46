"""One spelling for keys: ``j``, ``G``, ``C-d``, ``Alt-a``, ``Enter``, ``F1``; sequences are ``gg`` or ``g i``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.events import Key  # the inbox's first picture is drawn before Textual is imported

_NAMES = {
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "S-Tab",
    "space": "Space",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "backspace": "Backspace",
    "delete": "Delete",
    "insert": "Insert",
}
_SPELLED = {name.lower(): name for name in _NAMES.values()} | {
    "escape": "Esc",
    "return": "Enter",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "shift-tab": "S-Tab",
}


def token(key: Key) -> str:
    """The spelling of a pressed key; empty for keys nothing can be bound to."""
    name = key.key
    if name in _NAMES:
        return _NAMES[name]
    modifiers, _, last = name.rpartition("+")
    if not modifiers:
        if key.character is not None and key.character.isprintable():
            return key.character
        return name.upper() if name[:1] == "f" and name[1:].isdigit() else ""
    parts = modifiers.split("+")
    if key.character is not None and key.character.isprintable() and not {"alt", "ctrl"} & set(parts):
        return key.character
    base = _NAMES.get(last, last)
    if "shift" in parts and len(base) == 1:
        base = base.upper()
    prefix = "".join(mark for word, mark in (("ctrl", "C-"), ("alt", "Alt-")) if word in parts)
    return prefix + base if prefix else f"S-{base}"


def tokens(keys: str) -> tuple[str, ...]:
    """The single keys of a binding as written in the registry or the configuration."""
    found: list[str] = []
    for word in keys.split():
        lower = word.lower().replace("ctrl+", "c-").replace("alt+", "alt-").replace("shift+", "s-")
        if lower in _SPELLED:
            found.append(_SPELLED[lower])
        elif lower[:1] == "f" and lower[1:].isdigit():
            found.append(lower.upper())
        elif len(word) > 2 and lower.startswith("c-"):
            found.append("C-" + _rest(lower[2:]))
        elif len(word) > 4 and lower.startswith("alt-"):
            found.append("Alt-" + _rest(word[4:]))
        elif len(word) > 2 and lower.startswith("s-"):
            found.append("S-" + _rest(lower[2:]))
        else:
            found.extend(word)
    return tuple(found)


def _rest(word: str) -> str:
    return _SPELLED.get(word.lower(), word)


def shown(sequence: tuple[str, ...]) -> str:
    """A binding as people read it: ``gg``, ``C-d``, ``g i``."""
    if all(len(key) == 1 for key in sequence):
        return "".join(sequence)
    return " ".join(sequence)
