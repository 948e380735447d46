"""Everything the palette can run, with its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.desk.actions import ACTIONS, COMMANDS
from omni_tui.desk.actions.synonyms import SYNONYMS
from omni_tui.screens.inbox.viewing import GO
from omni_tui.screens.overlay.palette import Item
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

_HIDDEN = ("down", "up", "palette", "open", "back")
_HAVE_KEYS = {command.name.removeprefix("view_") for command in COMMANDS if command.name.startswith("view_")}
"""The views that have a command of their own."""


def palette_items(screen: InboxScreen) -> list[Item]:
    """Actions first, then what the screen does with itself, macros and views."""
    keys = screen.key_map
    groups = {"conversation": _("this conversation"), "view": _("this view"), "customer": _("this customer")}
    found = [
        Item(a.name, a.title, groups[a.about], keys.first_key(a.name), a.help, also=_words(a.name, a.verb))
        for a in ACTIONS
    ]
    found += [
        Item(c.name, c.title, _group(c.name), keys.first_key(c.name), also=_words(c.name))
        for c in COMMANDS
        if c.name not in _HIDDEN
    ]
    found += screen.recording.items()
    found += [item for item in screen.viewing.items() if item.name.removeprefix(GO) not in _HAVE_KEYS]
    return found


def _words(name: str, verb: str = "") -> str:
    # By its verb it is found whatever language its title is in.
    return f"{verb} {SYNONYMS.get(name, '')}".strip()


def _group(name: str) -> str:
    return _("go to") if name.startswith("view_") else _("screen")
