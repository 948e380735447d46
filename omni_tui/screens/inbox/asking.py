"""What the prompt asks for, and the command line behind ``:``; with completions, and what is wrong with an answer."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence

from omni_tui.desk import agents, macros, tagging
from omni_tui.desk.actions import ACTIONS, COMMANDS
from omni_tui.desk.actions.keymap import MACRO
from omni_tui.desk.macros import Macro
from omni_tui.desk.triage import priority_named
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import Priority
from omni_tui.model.errors import OmniError, UsageError
from omni_tui.model.view import View
from omni_tui.screens.context import Context
from omni_tui.screens.draw.times import moment
from omni_tui.screens.draw.tones import THEMES
from omni_tui.screens.inbox import verbs
from omni_tui.screens.inbox.deeds import Deed
from omni_tui.screens.inbox.dressing import DENSITIES
from omni_tui.screens.inbox.viewing import GO
from omni_tui.screens.overlay.prompt import Offer, Question
from omni_tui.screens.store_link import StoreLink
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _
from omni_tui.text.when import parse_when

_SHORT = {"q": "quit", "q!": "quit", "qa": "quit", "wq": "quit", "h": "help"}
_MANY = ("tag", "untag")
_COMMANDS = frozenset(command.name for command in COMMANDS)

Values = Mapping[str, Callable[[str], Sequence[Offer]]]
"""By the name of an action, what may be typed behind its verb."""


def _names(views: Sequence[View], own: Sequence[Macro]) -> dict[str, tuple[str, str]]:
    """What can be typed: the name it runs, and its title."""
    found = {
        f"view {clean_line(view.name)}": (
            f"{GO}{view.id}",
            clean_line(view.title) if view.owner is None else view.query,
        )
        for view in reversed(views)
    }
    found |= verbs.NAMES
    found |= {action.verb: (action.name, action.title) for action in ACTIONS}
    found |= {f"macro run {macro.name}": (f"{MACRO}{macro.name}", "; ".join(macro.steps)) for macro in own}
    found |= {
        command.name.replace("_", "-"): (command.name, command.title)
        for command in COMMANDS
        if not command.name.startswith("view_")
    }
    return found


def offers(text: str, views: Sequence[View], own: Sequence[Macro] = (), values: Values | None = None) -> list[Offer]:
    """Verbs and views that begin with the text, then those that contain it; behind a verb what it may be given."""
    names = _names(views, own)
    verb, space, rest = text.partition(" ")
    if space and verb in names and (of := (values or {}).get(names[verb][0])):
        before, gap, part = rest.rpartition(" ") if names[verb][0] in _MANY else ("", "", rest)
        return [Offer(f"{verb} {before}{gap}{offer.value}", offer.label) for offer in of(part)]
    # What has a key is wanted more often than a verb that was never worth one.
    names = dict(sorted(names.items(), key=lambda each: _rank(each[1][0])))
    begins = [name for name in names if name.startswith(text)]
    within = [name for name in names if text and text in name and name not in begins]
    return [Offer(name, clean_line(names[name][1])) for name in (*begins, *within)]


def _rank(name: str) -> int:
    if name.startswith(verbs.VERB):
        return 3
    return 2 if name.startswith(GO) else 1 if name in _COMMANDS else 0


def read_line(text: str, views: Sequence[View], own: Sequence[Macro] = (), palette: str = "") -> tuple[str, str]:
    """The name to run and what follows it; empty for an empty line. ``view 3`` is the view of that number. Raises
    UsageError, which names ``palette``, the key that shows everything."""
    line = " ".join(text.split())
    if not line:
        return "", ""
    names = _names(views, own)
    names |= {f"view {view.number}": (f"{GO}{view.id}", "") for view in views if view.number}
    line = _SHORT.get(line, line)
    for name in sorted(names, key=len, reverse=True):
        if line == name or line.startswith(f"{name} "):
            return names[name][0], line[len(name) :].strip()
    near = difflib.get_close_matches(line.split(" ")[0], names, n=1)
    everything = _("{key} shows everything there is.").format(key=palette) if palette else ""
    hint = _("Did you mean {near}?").format(near=near[0]) if near else everything
    raise UsageError(_('There is no "{name}".').format(name=line.split(" ")[0]), hint)


_TIMES = (_("1h"), _("3h"), _("tomorrow 9"), _("mon 9"), _("1w"))
_LEVELS = {
    Priority.URGENT: _("before everything else"),
    Priority.HIGH: _("soon"),
    Priority.NORMAL: _("in its turn"),
    Priority.LOW: _("when there is time"),
}


class Asking:
    """Makes questions for the prompt and deeds from the answers."""

    def __init__(self, link: StoreLink, context: Context) -> None:
        self._link, self._context = link, context
        self._everyone: Sequence[Agent] = ()

    async def question(self, action: str, tags: Sequence[str]) -> Question:
        """The question of an action; ``tags`` are those near at hand, offered first."""
        if action == "priority":
            return Question(action, _("Priority"), _levels)
        if action == "assign":
            self._everyone = everyone = await self._link.read(agents.everyone)
            return Question(action, _("Assign to"), lambda text: _people(everyone, text))
        if action == "snooze":
            return Question(action, _("Snooze until"), self.times)
        every = await self._link.read(tagging.names) if action == "tag" else ()
        prompt = _("Tags") if action == "tag" else _("Tags to take off")
        return Question(action, prompt, _tags((*tags, *every)), many=True)

    async def line(self, views: Sequence[View], own: Sequence[Macro], tags: Sequence[str]) -> Question:
        """The command line, with what each verb may be given."""
        self._everyone = everyone = await self._link.read(agents.everyone)
        every = await self._link.read(tagging.names)
        values: Values = {
            "assign": lambda text: _people(everyone, text),
            "tag": _tags((*tags, *every)),
            "untag": _tags(tags),
            "snooze": self.times,
            "priority": _levels,
            "theme": lambda text: [Offer(each, "") for each in THEMES if each.startswith(text)],
            "density": lambda text: [Offer(each, "") for each in DENSITIES if each.startswith(text)],
        }
        return Question("command", ":", lambda text: offers(text, views, own, values))

    def deed(self, action: str, answer: str) -> Deed:
        """What the answer asks for. Raises UsageError, in words."""
        if not answer:
            raise UsageError(_("Nothing was typed. Esc leaves it as it is."))
        if action == "snooze":
            return Deed(action, (), self.until(answer), f"snooze {answer}")
        if action == "assign":
            login = self._login(answer.lstrip("@"))
            return Deed(action, (login,), line=f"assign {login}")
        if action == "priority":
            level = priority_named(answer).value
            return Deed(action, (level,), line=f"priority {level}")
        words = tuple(dict.fromkeys(answer.replace(",", " ").split()))
        return Deed(action, words, line=f"{action} {' '.join(words)}")

    def _login(self, answer: str) -> str:
        """The agent who is meant: the one called so, else the only one who is offered for it. That there is no such one
        is told where it is stored."""
        called = [agent.login for agent in self._everyone if agent.login == answer]
        offered = [agent.login for agent in self._everyone if _is_offered(agent, answer)]
        return next(iter(called or (offered if len(offered) == 1 else ())), answer)

    def macro(self, macro: Macro) -> Deed:
        """What a macro does, as a deed. Raises UsageError for one that cannot be read, from the configuration."""
        macros.check(macro.steps, self._context.now(), self._context.zone())
        steps = []
        for line in macro.steps:
            verb, _space, rest = " ".join(line.split()).partition(" ")
            steps.append(self.deed(verb, rest) if rest else Deed(verb))
        return Deed("macro", (macro.name,), macro=macro, steps=tuple(steps))

    def until(self, answer: str) -> int:
        """The moment an answer means. Raises UsageError, with examples."""
        try:
            return parse_when(answer, self._context.now(), self._context.zone())
        except ValueError as error:
            raise UsageError(str(error)) from error

    def times(self, text: str) -> Sequence[Offer]:
        """Moments that begin with the text, each with what it means."""
        words = [text] if text and text not in _TIMES else []
        found: dict[int, Offer] = {}
        for word in (*words, *(t for t in _TIMES if t.startswith(text))):
            try:
                at = self.until(word)
            except OmniError:
                continue
            # On a Sunday "mon 9" is tomorrow: one of the two is enough.
            found.setdefault(at, Offer(word, moment(at, self._context)))
        return list(found.values())


def _levels(text: str) -> list[Offer]:
    return [Offer(each.value, meaning) for each, meaning in _LEVELS.items() if each.value.startswith(text.lower())]


def _tags(names: Sequence[str]) -> Callable[[str], Sequence[Offer]]:
    known = tuple(dict.fromkeys(clean_line(name) for name in names))
    return lambda text: [Offer(each) for each in known if each.startswith(text)]


def _people(everyone: Sequence[Agent], text: str) -> list[Offer]:
    return [
        Offer(clean_line(agent.login), clean_line(agent.name) if agent.name != agent.login else "")
        for agent in everyone
        if _is_offered(agent, text)
    ]


def _is_offered(agent: Agent, text: str) -> bool:
    part = text.lstrip("@").casefold()
    return agent.login.casefold().startswith(part) or part in agent.name.casefold()
