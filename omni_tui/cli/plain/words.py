"""What a typed line asks for: the verbs, titles and keys of the registry, and a few words of the line mode's own."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from omni_tui.cli.catalogue import VERBS
from omni_tui.desk.actions import ACTIONS, COMMANDS, Action, Command
from omni_tui.model.errors import UsageError
from omni_tui.text.i18n import _

OWN = {
    "list": "list",
    "more": "more",
    "earlier": "earlier",
    "exit": "quit",
    "bye": "quit",
    "commands": "help",
    "macro": "macro",
    "@": "macro",
}
"""Words beside the registry's, and what they run."""


VERB = "verb:"
"""Begins the name of what is a verb of the command line and nothing else."""


def offered_verbs() -> tuple[str, ...]:
    """The verbs of the command line that can be typed as they are: those that read, answer and sort."""
    sections = [names for names in VERBS.values() if "init" not in names and "relay init" not in names]
    return tuple(name for names in sections for name in names)


@dataclass(frozen=True, slots=True)
class Said:
    """The name of an action or command, and what followed it."""

    name: str
    rest: str = ""


def keys_of(entry: Action | Command, own: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of an entry that can be typed as letters in a line: ``gi`` and ``e``, not ``C-d``."""
    written = (own[entry.name],) if entry.name in own else entry.keys
    found = []
    for keys in written:
        parts = list(keys) if len(keys) == 2 and keys != "up" and not keys[1].isdigit() else keys.split()
        if all(len(part) == 1 for part in parts):
            found.append("".join(parts))
    return tuple(found)


def vocabulary(own: Mapping[str, str], place: str) -> dict[str, str]:
    """Everything that can be typed, with the name it runs. Keys are case-sensitive, words are not.

    Keys are those of ``place`` (``list`` or ``thread``) where one means something else in the other.
    """
    words = {verb: f"{VERB}{verb}" for verb in offered_verbs()} | OWN
    everything: tuple[Action | Command, ...] = (*COMMANDS, *ACTIONS)
    for entry in everything:
        spoken = entry.name.replace("_", "-")
        words |= {spoken: entry.name, spoken.replace("-", " "): entry.name, entry.title.casefold(): entry.name}
    words |= {action.verb: action.name for action in ACTIONS}
    for entry in sorted(everything, key=lambda entry: entry.scope in (place, "both", "anywhere")):
        words |= dict.fromkeys(keys_of(entry, own), entry.name)
    return words


def understood(line: str, words: Mapping[str, str]) -> Said:
    """What ``line`` asks for; nothing typed is ``more``. Raises UsageError with the nearest word."""
    text = " ".join(line.split())
    if text.startswith(":") and len(text) > 1:
        text = text[1:].strip()
    if not text:
        return Said("more")
    if text[0] in "/?" and text[:1] in words:
        # "/refund" is a search for refund, as it is typed on the screen.
        return Said(words[text[:1]], text[1:].strip())
    pieces = text.split(" ")
    for size in range(min(3, len(pieces)), 0, -1):
        head = " ".join(pieces[:size])
        name = words.get(head) or words.get(head.casefold() if len(head) > 2 else head)
        if name:
            return Said(name, " ".join(pieces[size:]))
    if len(pieces[0]) == 2 and pieces[0][0] == "g" and pieces[0][1] in "123456789":
        return Said("view", pieces[0][1])
    if pieces[0].casefold() == "view":
        return Said("view", " ".join(pieces[1:]))
    if pieces[0].lstrip("#").isdecimal() and len(pieces) == 1:
        return Said("number", pieces[0])
    near = difflib.get_close_matches(pieces[0].casefold(), [word for word in words if len(word) > 2], n=1)
    hint = _("Did you mean {near}?").format(near=near[0]) if near else _("? lists what can be typed here.")
    raise UsageError(_("There is no {word} here.").format(word=repr(pieces[0][:40])), hint)
