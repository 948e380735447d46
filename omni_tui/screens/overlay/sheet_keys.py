"""What a key does while a sheet is read: the keys that move about a thread, the user's own among them."""

from __future__ import annotations

from collections.abc import Collection

from omni_tui.desk.actions.keymap import KeyMap

_FIXED = {
    "Down": "down",
    "Up": "up",
    "PgDn": "half_down",
    "PgUp": "half_up",
    "Space": "half_down",
    " ": "half_down",
    "Home": "top",
    "End": "bottom",
    "Left": "left",
    "Right": "right",
    "Esc": "close",
}
"""They mean what stands on them, whatever they are bound to elsewhere."""
_MEANT = {
    **{name: name for name in ("down", "up", "half_down", "half_up", "top", "bottom")},
    **dict.fromkeys(("back", "help", "source"), "close"),
}
_SIDEWAYS = {"h": "left", "l": "right"}


def meanings(keys: KeyMap) -> dict[str, str]:
    """What each key does: ``down``, ``up``, ``half_down``, ``half_up``, ``top``, ``bottom``, ``left``, ``right``,
    ``close``. Of a key that is pressed twice (``gg``) once is enough here."""
    own = {
        sequence[0]: meant
        for sequence, name in keys.bound["thread"].items()
        if len(set(sequence)) == 1 and (meant := _MEANT.get(name)) is not None
    }
    # ``h`` leads back from a thread; a sheet may have more to the left.
    moves = {key for key, meant in own.items() if meant != "close"}
    return own | {key: side for key, side in _SIDEWAYS.items() if key not in moves} | _FIXED


def named(keys: KeyMap, ways: tuple[str, str], taken: Collection[str]) -> str:
    """How to name a way and the one back (``down`` and ``up``): the first key of each that is pressed once, and not
    ``taken`` by what else one may do."""
    known = meanings(keys)
    return " ".join(next(key for key, meant in known.items() if meant == way and key not in taken) for way in ways)
