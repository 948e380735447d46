"""Macros by name or number, on what is open or named."""

from __future__ import annotations

from omni_tui.cli.plain import acting
from omni_tui.cli.plain.session import Session
from omni_tui.cli.plain.talk import ask, say
from omni_tui.desk import macros
from omni_tui.model.errors import UsageError
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


def run(session: Session, rest: str) -> None:
    """``macro refund 2 3``; without a name the macros are told, and a number chooses one."""
    known = macros.listed(session.store, session.agent, session.settings.macros)
    if not known:
        raise UsageError(_("There is no macro yet."), _("Save one: macro save r 'tag refund' resolve"))
    name, _space, rest = rest.partition(" ")
    if not name:
        say(*(f"{n}. {clean_line(each.name)}: {clean_line('; '.join(each.steps))}" for n, each in enumerate(known, 1)))
        name = ask(_("Which one? Its number:")).strip()
    if not name:
        raise UsageError(_("Nothing was done."))
    at = int(name[:4]) - 1 if name.isdecimal() else -1
    chosen = known[at] if 0 <= at < len(known) else macros.named(known, name)
    rows, _more = acting.targets(session, rest)
    acting.run_verb(session, ["macro", "run", "--", chosen.name, *(str(row.ref) for row in rows)])
