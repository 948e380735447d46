"""What the first screen says."""

from __future__ import annotations

from omni_tui.screens.draw.ink import BLANK, Line, Span
from omni_tui.screens.first_start.verb import Tried
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

_LEFT = "   "
_MEASURE = 80


def choice_lines(*, in_form: bool) -> list[Line]:
    """The name, and the two ways to begin."""
    return [
        (Span("omni-tui", "text bold"),),
        (Span(_("One inbox for everyone who writes to you."), "soft"),),
        BLANK,
        (Span("1  ", "accent bold"), Span(_("Look around with a demo shop"), "muted" if in_form else "text bold")),
        (Span(_LEFT), Span(_("300 invented conversations, nothing leaves this machine"), "muted")),
        BLANK,
        (Span("2  ", "accent bold"), Span(_("Connect a mailbox"), "text bold")),
        (Span(_LEFT), Span(_("more channels later, with omni-tui channel add"), "muted")),
        BLANK,
    ]


def nothing_lines() -> list[Line]:
    """What pressing Enter does, and does not do."""
    return [
        BLANK,
        (Span(_LEFT), Span(_("Enter tries it and shows what would come in. Nothing is saved before that."), "muted")),
        (Span(_LEFT), Span(_("Mail is only read until you send a reply."), "muted")),
    ]


def testing_lines(address: str) -> list[Line]:
    """While it is being tried."""
    return [
        BLANK,
        (
            Span(_LEFT),
            Span(_("Trying {address}, this takes a few seconds").format(address=clean_line(address)), "soft"),
        ),
    ]


def tried_lines(tried: Tried, width: int) -> list[Line]:
    """What is wrong and what to do, or what would come in."""
    room = max(20, min(_MEASURE, width - 8))
    lines: list[Line] = [BLANK]
    for problem in tried.problems:
        lines += [(Span(_LEFT), Span(line, "alarm")) for line in wrap(problem.message, room)]
        lines += [(Span(_LEFT), Span(line, "soft")) for line in wrap(problem.hint, room) if problem.hint]
        if problem.detail:
            said = _("server said  {words}").format(words=problem.detail)
            lines += [(Span(_LEFT), Span(line, "faint")) for line in wrap(said, room)]
        lines.append(BLANK)
    if tried.problems:
        lines.append((Span(_LEFT), Span(_("Nothing was saved. Correct it above and press Enter."), "muted")))
        return lines
    found = _("It works: {open} open of {total} messages.").format(open=f"{tried.open:,}", total=f"{tried.total:,}")
    lines += [
        (Span(_LEFT), Span(found, "text bold")),
        (Span(_LEFT), Span(_("Open are those of the last two weeks that nobody replied to."), "muted")),
        BLANK,
        (Span(_LEFT), Span("Enter", "text bold"), Span(_(" saves it and opens the inbox"), "muted")),
    ]
    return lines
