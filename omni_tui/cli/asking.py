"""A question at the terminal before something that cannot be taken back."""

from __future__ import annotations

import sys

from omni_tui.cli import output
from omni_tui.model.errors import Conflict
from omni_tui.text.i18n import _


def agreed(question: str, *, yes: bool, json: bool) -> None:
    """Go on if somebody says yes, or ``--yes`` did. Raises Conflict otherwise: nothing was changed."""
    if yes:
        return
    if json or not sys.stdin.isatty():
        raise Conflict(question, _("Nothing was changed. If that is meant, say so: --yes"))
    output.say(f"{question} {_('[y/N]')}")
    if sys.stdin.readline().strip().casefold() not in ("y", "yes", _("yes")):
        raise Conflict(_("Nothing was changed."))
