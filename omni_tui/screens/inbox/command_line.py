"""The command line behind ``:``: verbs of the registry, with what they ask for behind them."""

from __future__ import annotations

import difflib

from omni_tui.desk.actions import ACTIONS, COMMANDS
from omni_tui.desk.inbox import VIEWS
from omni_tui.model.errors import UsageError
from omni_tui.screens.overlay.prompt import Offer
from omni_tui.text.i18n import _

_SHORT = {"q": "quit", "h": "help"}


def _names() -> dict[str, tuple[str, str]]:
    """What can be typed: the name it runs, and its title."""
    found = {action.verb: (action.name, action.title) for action in ACTIONS}
    found |= {
        command.name.replace("_", "-"): (command.name, command.title)
        for command in COMMANDS
        if not command.name.startswith("view_")
    }
    known = {command.name for command in COMMANDS}
    for number, view in enumerate(VIEWS, 1):
        name = f"view_{view.name}" if f"view_{view.name}" in known else f"view_{number}"
        found[f"view {view.name}"] = (name, _(view.title))
    return found


def offers(text: str) -> list[Offer]:
    """Verbs that begin with the text, then those that contain it."""
    names = _names()
    begins = [name for name in names if name.startswith(text)]
    within = [name for name in names if text and text in name and name not in begins]
    return [Offer(name, names[name][1]) for name in (*begins, *within)]


def read_line(text: str) -> tuple[str, str]:
    """The name to run and what follows it; empty for an empty line. Raises UsageError."""
    line = " ".join(text.split())
    if not line:
        return "", ""
    names = _names()
    line = _SHORT.get(line, line)
    for name in sorted(names, key=len, reverse=True):
        if line == name or line.startswith(f"{name} "):
            return names[name][0], line[len(name) :].strip()
    near = difflib.get_close_matches(line.split(" ")[0], names, n=1)
    hint = _("Did you mean {near}?").format(near=near[0]) if near else _("C-p shows everything there is.")
    raise UsageError(_('There is no "{name}".').format(name=line.split(" ")[0]), hint)
