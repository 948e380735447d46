"""What every part of the screen needs to know, handed over once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from omni_tui.config.settings import Settings
from omni_tui.config.zone import local_zone
from omni_tui.model.conversation import Agent
from omni_tui.screens.draw.tones import Tones
from omni_tui.text.when import age, clock


def system_now() -> int:
    """Epoch milliseconds by the host's clock."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Context:
    """Settings, who is at the keyboard, colours, and the time as people there read it."""

    settings: Settings
    agent: Agent
    tones: Tones
    now: Callable[[], int] = system_now
    zone: Callable[[], tzinfo] = local_zone

    def age(self, since: int) -> str:
        """How long ago ``since`` was, in at most four cells."""
        return age(max(0, self.now() - since))

    def clock(self, at: int) -> str:
        """``at`` as ``13:40`` today, ``2 Nov`` otherwise."""
        return clock(at, self.now(), self.zone())

    def is_me(self, login: str | None) -> bool:
        """Whether an assignee or author is the agent at the keyboard."""
        return login is not None and login in (self.agent.login, self.agent.id)
