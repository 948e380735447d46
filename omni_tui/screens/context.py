"""What every part of the screen needs to know, handed over once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from omni_tui.config.settings import ScreenSettings, Settings
from omni_tui.config.zone import local_zone
from omni_tui.model.conversation import Agent
from omni_tui.screens.draw.tones import Tones, tones_for
from omni_tui.text.when import age, clock

if TYPE_CHECKING:
    from omni_tui.desk.actions.keymap import KeyMap


def system_now() -> int:
    """Epoch milliseconds by the host's clock."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Look:
    """How the screen looks now: it can be changed while it runs."""

    tones: Tones
    density: str = "normal"
    keys: KeyMap | None = None
    """The keys in force, once they are known."""


def look_of(settings: ScreenSettings) -> Look:
    """The look the settings ask for; under NO_COLOR a theme that needs no colour."""
    # Textual takes NO_COLOR out of the environment when its application begins: only before that it can be seen.
    coloured = "NO_COLOR" not in os.environ
    return Look(tones_for(settings.theme, colour=coloured, own=settings.colours), settings.density)


@dataclass(frozen=True, slots=True)
class Context:
    """Settings, who is at the keyboard, colours, and the time as people there read it."""

    settings: Settings
    agent: Agent
    look: Look
    now: Callable[[], int] = system_now
    zone: Callable[[], tzinfo] = local_zone

    @property
    def tones(self) -> Tones:
        """The colours in force."""
        return self.look.tones

    @property
    def keys(self) -> KeyMap:
        """The keys in force: the user's own, else the registry's."""
        if self.look.keys is not None:
            return self.look.keys
        from omni_tui.desk.actions.keymap import key_map

        return key_map({})

    def key(self, name: str, liked: str = "") -> str:
        """The key to show for an action or a command, ``liked`` if that is one of its keys; empty where it has none."""
        keys = self.keys
        return liked if liked in keys.keys.get(name, ()) else keys.first_key(name)

    def age(self, since: int) -> str:
        """How long ago ``since`` was, in at most four cells."""
        return age(max(0, self.now() - since))

    def clock(self, at: int) -> str:
        """``at`` as ``13:40`` today, ``2 Nov`` otherwise."""
        return clock(at, self.now(), self.zone())

    def is_me(self, login: str | None) -> bool:
        """Whether an assignee or author is the agent at the keyboard."""
        return login is not None and login in (self.agent.login, self.agent.id)
