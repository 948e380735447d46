"""The key map: drawn from the registry, changed by the user's ``[screen.keys]``, checked for conflicts.

Below the skins, since the inbox obeys it and ``doctor`` looks at it.
"""

from __future__ import annotations

import difflib
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from omni_tui.desk.actions import ACTIONS, COMMANDS, Action, Command
from omni_tui.desk.actions.key_names import Sequence, is_ours, shown, tokens, unusable
from omni_tui.text.i18n import _

Place = str
"""``list`` or ``thread``: what the keys of scope ``both`` and ``anywhere`` hold in, too."""

PLACES: tuple[Place, ...] = ("list", "thread")
EVERYTHING: tuple[Action | Command, ...] = (*ACTIONS, *COMMANDS)
VIEW_COMMANDS = tuple(f"view_{number}" for number in range(1, 10))


@dataclass(frozen=True, slots=True)
class KeyMap:
    """Bindings by place, the keys of each name, and what is wrong with the user's own."""

    bound: Mapping[Place, Mapping[Sequence, str]]
    keys: Mapping[str, tuple[str, ...]]
    problems: tuple[str, ...] = field(default=())

    def first_key(self, name: str) -> str:
        """The key to show for a name; empty if it has none."""
        return next(iter(self.keys.get(name, ())), "")


def places_of(scope: str) -> tuple[Place, ...]:
    """Where keys of a scope hold."""
    return (scope,) if scope in PLACES else PLACES


def entry(name: str) -> Action | Command | None:
    """What the registry says of a name."""
    return next((found for found in EVERYTHING if found.name == name), None)


def key_map(own: Mapping[str, str]) -> KeyMap:
    """The registry's keys with the user's instead of, not beside, the default ones of the same name."""
    problems: list[str] = []
    wanted: dict[str, tuple[Sequence, ...]] = {}
    for name, written in own.items():
        sequence = tokens(written)
        if _macro(name):
            continue  # known when the macros are
        if entry(name) is None:
            problems.append(_unknown(name))
        elif not sequence:
            problems.append(_("screen.keys.{name}: no key").format(name=name))
        elif why := _unfit(name, sequence):
            problems.append(
                _("screen.keys.{name}: {keys} will not do, {why}").format(name=name, keys=shown(sequence), why=why)
            )
        else:
            wanted[name] = (sequence,)
    bound: dict[Place, dict[tuple[str, ...], str]] = {place: {} for place in PLACES}
    shown_keys: dict[str, list[str]] = {}
    # The user's keys go first, in the order they are written, so that they win over defaults they collide with.
    mine = [found for name in wanted if (found := entry(name)) is not None]
    for found in (*mine, *(found for found in EVERYTHING if found.name not in wanted)):
        for sequence in wanted.get(found.name) or tuple(tokens(text) for text in found.keys):
            holder = _holder(bound, places_of(found.scope), sequence)
            if holder is not None:
                problems.append(_clash(found.name, holder, sequence))
                continue
            for place in places_of(found.scope):
                bound[place][sequence] = found.name
            shown_keys.setdefault(found.name, []).append(shown(sequence))
    for number, name in enumerate(VIEW_COMMANDS, 1):
        for place in PLACES:
            bound[place].setdefault(("g", str(number)), name)
        shown_keys[name] = [f"g{number}"]
    return KeyMap(bound, {name: tuple(held) for name, held in shown_keys.items()}, tuple(problems))


def renamed(keys: KeyMap) -> dict[str, str]:
    """The keys of the user's own by the default ones they took the place of, both as they are shown."""
    defaults = {found.name: shown(tokens(found.keys[0])) for found in EVERYTHING if found.keys}
    return {was: now for name, was in defaults.items() if (now := keys.first_key(name)) and now != was}


MACRO = "macro:"
"""Before a macro's name: the name its keys run."""
OWN_MACRO = "macro_"
"""Before a macro's name in the user's ``[screen.keys]``."""


def with_macros(base: KeyMap, names: Iterable[str], own: Mapping[str, str]) -> KeyMap:
    """``base`` and the keys of macros: ``@`` and the letter for a name of one, and what the user gave them."""
    names = list(names)
    bound = {place: dict(keys) for place, keys in base.bound.items()}
    shown_keys = dict(base.keys)
    problems = [_unknown(name) for name in own if _macro(name) and name.removeprefix(OWN_MACRO) not in names]
    for name in names:
        written = own.get(f"{OWN_MACRO}{name}", "")
        wanted = [tokens(written)] if written else []
        for sequence in [*wanted, *([("@", name)] if len(name) == 1 else [])]:
            holder = _holder(bound, PLACES, sequence)
            if holder is not None:
                problems.append(_clash(f"{MACRO}{name}", holder, sequence))
                continue
            for place in PLACES:
                bound[place][sequence] = f"{MACRO}{name}"
            shown_keys[f"{MACRO}{name}"] = (*shown_keys.get(f"{MACRO}{name}", ()), shown(sequence))
    return KeyMap(bound, shown_keys, (*base.problems, *problems))


def _macro(name: str) -> bool:
    return name.startswith(OWN_MACRO) and entry(name) is None


def free_letters(keys: KeyMap) -> tuple[str, ...]:
    """Letters that mean nothing anywhere, and so can be given to any action."""
    taken = {sequence[0] for place in PLACES for sequence in keys.bound[place]}
    return tuple(letter for letter in string.ascii_letters if letter not in taken)


def _unfit(name: str, sequence: Sequence) -> str:
    found = entry(name)
    own = () if found is None else tuple(tokens(keys) for keys in found.keys)
    if is_ours(sequence) and sequence not in own:
        return _("the program hears it first")
    return unusable(sequence)


def _holder(bound: Mapping[Place, Mapping[Sequence, str]], places: tuple[Place, ...], keys: Sequence) -> str | None:
    for place in places:
        for other, name in bound[place].items():
            short = min(len(other), len(keys))
            if other[:short] == keys[:short]:
                return name
    return None


def _unknown(name: str) -> str:
    names = [found.name for found in EVERYTHING]
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return _("screen.keys.{name}: no such action. Did you mean {near}?").format(name=name, near=near[0])
    return _("screen.keys.{name}: no such action").format(name=name)


def _clash(name: str, holder: str, sequence: Sequence) -> str:
    return _("{keys} is {holder} and cannot be {name} as well").format(keys=shown(sequence), holder=holder, name=name)
