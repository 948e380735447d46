"""What is typed at the bottom line: an action's question, and the command line behind ``:``. What the answers do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.model.errors import OmniError, UsageError
from omni_tui.screens.customers.view import NAMES as ON_CUSTOMERS
from omni_tui.screens.inbox import joining
from omni_tui.screens.inbox.asking import read_line
from omni_tui.screens.inbox.attaching import ATTACH
from omni_tui.screens.inbox.deeds import ASKING, SIMPLE
from omni_tui.screens.inbox.later import LATER
from omni_tui.screens.inbox.lettering import NAMES as LETTERING
from omni_tui.screens.inbox.numbered import act_on
from omni_tui.screens.inbox.recording import KEEP
from omni_tui.screens.inbox.verbs import VERB
from omni_tui.screens.inbox.viewing import NAMES as VIEW_DEEDS
from omni_tui.screens.overlay.prompt import Question
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen


class Prompting:
    """Asks, and hands each answer to who wanted it."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._deed_ids: list[str] = []

    def ask(self, action: str) -> None:
        """Ask what ``action`` needs to know of the conversations it is for."""
        self._screen.turns.take(self._ask(action), into_field=True)

    def command_line(self) -> None:
        """Ask for a command."""
        self._screen.turns.take(self._ask_line(), into_field=True)

    async def _ask(self, action: str) -> None:
        screen = self._screen
        self._deed_ids = screen.triage.targets()
        if not self._deed_ids:
            screen.parts.say(_("No conversation is selected"))
            return
        screen.parts.prompt.ask(await screen.asking.question(action, self._near_tags(action)))

    async def _ask_line(self) -> None:
        screen = self._screen
        near = self._near_tags("tag")
        screen.parts.prompt.ask(await screen.asking.line(screen.viewing.known, screen.recording.known, near))

    def _near_tags(self, action: str) -> list[str]:
        pages = self._screen.parts.list.pages
        rows = [row for n in range(*_around(self._screen.parts.list.in_view())) if (row := pages.get(n)) is not None]
        chosen = [row for row in rows if row.id in self._deed_ids]
        return [tag for row in (chosen if action == "untag" else rows) for tag in row.tags]

    def answered(self, question: Question, answer: str) -> None:
        """The prompt was answered."""
        screen, prompt = self._screen, self._screen.parts.prompt
        try:
            if question.name == "command":
                prompt.close()
                screen.reading.refocus()
                screen.turns.given_back(lambda: self._line(answer))
                return
            if question.name == ATTACH:
                screen.turns.take(screen.attaching.answered(answer))
                return
            if question.name in LETTERING:
                screen.turns.take(screen.lettering.answered(question.name, answer), into_field=True)
                return
            if question.name == LATER:
                screen.later.answered(answer)
                return
            if question.name in VIEW_DEEDS:
                screen.turns.take(screen.viewing.answered(question.name, answer))
                return
            if question.name in joining.NAMES:
                screen.turns.take(screen.joining.answered(question.name, answer))
                return
            if question.name in ON_CUSTOMERS:
                screen.turns.take(screen.customers.answered(question.name, answer))
                return
            if question.name == KEEP:
                screen.turns.take(screen.recording.answered(answer))
                return
            deed = screen.asking.deed(question.name, answer)
        except UsageError as error:
            prompt.problem(f"{error.message} {error.hint}".strip())
            return
        prompt.close()
        ids = self._deed_ids
        screen.reading.refocus()
        screen.spawn(screen.triage.carry_out(deed, ids), "deed")

    def _line(self, text: str) -> None:
        screen = self._screen
        try:
            name, rest = read_line(text, screen.viewing.known, screen.recording.known, screen.context.key("palette"))
            if name == "search":
                screen.searching.open(rest)
            elif name.startswith(VERB):
                screen.spawn(screen.verbs.run(name, rest), "verb")
            elif name in ASKING and rest:
                screen.commands.do(screen.asking.deed(name, rest))
            elif name in ("forward", "compose") and rest:
                to = screen.lettering.forward if name == "forward" else screen.lettering.new
                screen.turns.take(to(rest), into_field=True)
            elif name in ("theme", "density") and rest:
                screen.dressing.change(name, rest)
            elif name in joining.NAMES and rest:
                screen.joining.run(name, rest)
            elif name in ON_CUSTOMERS and rest:
                screen.customers.run(name, rest)
            elif name in VIEW_DEEDS:
                screen.viewing.run(name, rest)
            elif name in SIMPLE and rest:
                screen.spawn(act_on(screen, name, rest), "deed")
            elif name in ("customer", "customers") and rest:
                screen.customers.open(rest)
            elif rest:
                raise UsageError(_("Nothing goes behind {verb} here: it is about what you see.").format(verb=name))
            elif name:
                screen.commands.run(name, None, "")
        except OmniError as error:
            screen.parts.complain(error)


def _around(visible: tuple[int, int]) -> tuple[int, int]:
    return max(0, visible[0] - 50), visible[1] + 50
