"""Which keys the bottom line names where keys are commands."""

from __future__ import annotations

from collections.abc import Collection

from omni_tui.desk.actions.keymap import EVERYTHING, KeyMap, Place, places_of
from omni_tui.screens.chrome.footer_lines import Hint
from omni_tui.text.i18n import _


def place_hints(place: Place, keys: KeyMap, chosen: int = 0, for_many: Collection[str] = ()) -> list[Hint]:
    """The hints of the list or the thread, in their order.

    While ``chosen`` conversations are selected only the names ``for_many`` are left, and how to clear the selection.
    """
    found = [
        (entry.footer, Hint(keys.first_key(entry.name), entry.title.lower(), entry.footer))
        for entry in EVERYTHING
        if entry.footer
        and place in places_of(entry.scope)
        and keys.first_key(entry.name)
        and (not chosen or entry.name in for_many)
    ]
    if place == "thread":
        found.append((0, Hint(keys.first_key("back"), _("back"), 8)))
    if chosen:
        found.append((0, Hint(keys.first_key("back"), _("clear {count} selected").format(count=f"{chosen:,}"), 1)))
    hints = [hint for _order, hint in sorted(found, key=lambda pair: pair[0])]
    # The key that shows all the others is dropped last.
    helping = keys.first_key("help")
    return [Hint(h.key, h.label, 0 if h.key == helping else h.priority) for h in hints]
