"""Verbs of the command line behind ``:``: run beside the screen, what they print shown on a sheet."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from omni_tui.desk.actions.verbs import OTHER_VERBS
from omni_tui.model.errors import OmniError, UsageError
from omni_tui.screens.draw.ink import Span
from omni_tui.screens.own_verb import run_verb
from omni_tui.store import Store
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

VERB = "verb:"
"""Begins the name of what is run so; the verb follows."""
NAMES = {verb: (f"{VERB}{verb}", help) for verb, help in OTHER_VERBS.items()}
"""What can be typed, what it runs, and what it is for."""
_SHOWN = 400_000


class Verbs:
    """Runs the command line's own program, on this store and as this agent."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen

    async def run(self, name: str, rest: str) -> None:
        """Run a verb with what was typed behind it. Raises OmniError with what it says when it fails."""
        verb = name.removeprefix(VERB)
        try:
            words = shlex.split(rest)
        except ValueError as error:
            raise UsageError(_("A quote has no end."), _("Write it twice, or leave it out.")) from error
        screen = self._screen
        screen.parts.say(_("Running {verb}").format(verb=verb))
        location = await screen.parts.link.read(_location)
        ended = await run_verb(
            ("--as", screen.context.agent.login, *verb.split(), *words),
            {
                "OMNI_TUI_CONFIG": str(screen.context.settings.file),
                "OMNI_TUI_STORE": location,
                "COLUMNS": str(screen.size.width - 6),
            },
        )
        out, err = (clean(each.decode("utf-8", "replace")).strip("\n") for each in (ended.out, ended.err))
        if ended.code and not out:
            first, _newline, more = err.partition("\n")
            raise OmniError(first or _("It ended with status {code}.").format(code=ended.code), more)
        self._show(verb, out, err)

    def _show(self, verb: str, out: str, err: str) -> None:
        screen = self._screen
        screen.parts.footer.clear_toast()
        if not out:
            screen.parts.say(err.partition("\n")[0] or _("Done"))
            return
        size = max(20, screen.size.width - 6)
        lines = [(Span(line, "soft"),) for line in wrap(out[:_SHOWN], size)]
        screen.sheet.open(verb, [*lines, *((Span(line, "muted"),) for line in wrap(err, size) if err)])


def _location(store: Store) -> str:
    return str(store.location)
