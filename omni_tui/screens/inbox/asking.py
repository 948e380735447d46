"""What the prompt asks for, and the command line behind ``:``; with completions, and what is wrong with an answer."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from omni_tui.desk import agents, tagging
from omni_tui.desk.actions import ACTIONS, COMMANDS
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import OmniError, UsageError
from omni_tui.model.view import View
from omni_tui.screens.context import Context
from omni_tui.screens.draw.times import moment
from omni_tui.screens.inbox.triage import Deed
from omni_tui.screens.inbox.viewing import GO
from omni_tui.screens.overlay.prompt import Offer, Question
from omni_tui.screens.store_link import StoreLink
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _
from omni_tui.text.when import parse_when

_SHORT = {"q": "quit", "h": "help"}


def _names(views: Sequence[View]) -> dict[str, tuple[str, str]]:
    """What can be typed: the name it runs, and its title."""
    found = {
        f"view {clean_line(view.name)}": (
            f"{GO}{view.id}",
            clean_line(view.title) if view.owner is None else view.query,
        )
        for view in reversed(views)
    }
    found |= {action.verb: (action.name, action.title) for action in ACTIONS}
    found |= {
        command.name.replace("_", "-"): (command.name, command.title)
        for command in COMMANDS
        if not command.name.startswith("view_")
    }
    return found


def offers(text: str, views: Sequence[View]) -> list[Offer]:
    """Verbs and views that begin with the text, then those that contain it."""
    names = _names(views)
    begins = [name for name in names if name.startswith(text)]
    within = [name for name in names if text and text in name and name not in begins]
    return [Offer(name, names[name][1]) for name in (*begins, *within)]


def read_line(text: str, views: Sequence[View]) -> tuple[str, str]:
    """The name to run and what follows it; empty for an empty line. ``view 3`` is the view of that number. Raises
    UsageError."""
    line = " ".join(text.split())
    if not line:
        return "", ""
    names = _names(views)
    names |= {f"view {view.number}": (f"{GO}{view.id}", "") for view in views if view.number}
    line = _SHORT.get(line, line)
    for name in sorted(names, key=len, reverse=True):
        if line == name or line.startswith(f"{name} "):
            return names[name][0], line[len(name) :].strip()
    near = difflib.get_close_matches(line.split(" ")[0], names, n=1)
    hint = _("Did you mean {near}?").format(near=near[0]) if near else _("C-p shows everything there is.")
    raise UsageError(_('There is no "{name}".').format(name=line.split(" ")[0]), hint)


_TIMES = ("1h", "3h", "tomorrow 9", "mon 9", "1w")


class Asking:
    """Makes questions for the prompt and deeds from the answers."""

    def __init__(self, link: StoreLink, context: Context) -> None:
        self._link, self._context = link, context

    async def question(self, action: str, tags: Sequence[str]) -> Question:
        """The question of an action; ``tags`` are those near at hand, offered first."""
        if action == "assign":
            everyone = await self._link.read(agents.everyone)
            return Question(action, _("Assign to"), lambda text: _people(everyone, text))
        if action == "snooze":
            return Question(action, _("Snooze until"), self._times)
        every = await self._link.read(tagging.names) if action == "tag" else ()
        known = tuple(dict.fromkeys(clean_line(tag) for tag in (*tags, *every)))
        prompt = _("Tags") if action == "tag" else _("Tags to take off")
        return Question(action, prompt, lambda text: [Offer(t) for t in known if t.startswith(text)], many=True)

    def deed(self, action: str, answer: str) -> Deed:
        """What the answer asks for. Raises UsageError, in words."""
        if not answer:
            raise UsageError(_("Nothing was typed. Esc leaves it as it is."))
        if action == "snooze":
            return Deed(action, (), self._until(answer))
        if action == "assign":
            return Deed(action, (answer.lstrip("@"),))
        return Deed(action, tuple(dict.fromkeys(answer.replace(",", " ").split())))

    def _until(self, answer: str) -> int:
        try:
            return parse_when(answer, self._context.now(), self._context.zone())
        except ValueError as error:
            raise UsageError(str(error)) from error

    def _times(self, text: str) -> Sequence[Offer]:
        words = [text] if text and text not in _TIMES else []
        offers: list[Offer] = []
        for word in (*words, *(t for t in _TIMES if t.startswith(text))):
            try:
                offers.append(Offer(word, moment(self._until(word), self._context)))
            except OmniError:
                continue
        return offers


def _people(everyone: Sequence[Agent], text: str) -> list[Offer]:
    part = text.lstrip("@").casefold()
    return [
        Offer(clean_line(agent.login), clean_line(agent.name) if agent.name != agent.login else "")
        for agent in everyone
        if agent.login.casefold().startswith(part) or part in agent.name.casefold()
    ]
