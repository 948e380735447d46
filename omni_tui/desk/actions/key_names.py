"""One spelling for keys: ``j``, ``G``, ``C-d``, ``Alt-a``, ``Enter``, ``F1``; sequences are ``gg`` or ``g i``."""

from __future__ import annotations

from omni_tui.text.i18n import _

Sequence = tuple[str, ...]

NAMES = {
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
"""Named keys as a terminal library calls them (Textual's names), and as they are written here."""
_SPELLED = {name.lower(): name for name in NAMES.values()} | {
    "escape": "Esc",
    "return": "Enter",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "shift-tab": "S-Tab",
}
_LONGEST = 3
_SAME_BYTE = {"C-i": "Tab", "C-m": "Enter", "C-[": "Esc"}
_OURS = ("C-z", "C-q")
_MODIFIERS = ("C-", "Alt-", "S-")


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


def unusable(sequence: Sequence) -> str:
    """Why nobody can press a sequence, or not to this end; empty if it will do.

    C-i, C-m and C-[ are the bytes of Tab, Enter and Escape (ECMA-48 C0), and most terminals send nothing else.
    """
    if len(sequence) > _LONGEST:
        return _("it is no name of a key, and too long for a sequence")
    for key in sequence:
        base = key
        while mark := next((each for each in _MODIFIERS if base.startswith(each) and len(base) > len(each)), ""):
            base = base[len(mark) :]
        if len(base) > 1 and base not in NAMES.values() and not (base[0] == "F" and base[1:].isdigit()):
            return _("there is no key {key}").format(key=key)
        if key in _SAME_BYTE:
            return _("terminals send {same} for {key}").format(same=_SAME_BYTE[key], key=key)
    if "Esc" in sequence[1:]:
        return _("Esc ends a sequence")
    if sequence and sequence[0].isdigit():
        return _("digits are counts")
    return ""


def is_ours(sequence: Sequence) -> bool:
    """Whether the program hears the key before any action does: C-z suspends and C-q quits, whatever is under way."""
    return any(key in _OURS for key in sequence)
