"""What is said of an action: enough to offer it by key, verb, palette and help without knowing what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["list", "thread", "both", "anywhere"]
"""Where its keys work: on the list's selection, on the open thread, on either, or everywhere."""
About = Literal["conversation", "view", "customer"]
"""What it is done to: conversations, the view that is shown, or the customer of the conversation."""
Undo = Literal["journal", "cancel", "none"]
"""``journal``: fields go back. ``cancel``: held back while queued, then gone. ``none``: see ``why_no_undo``."""


@dataclass(frozen=True, slots=True)
class Param:
    """Something an action asks for. ``completes`` names what its values are completed from."""

    name: str
    prompt: str
    completes: Literal["", "agents", "tags", "times", "priorities", "conversations", "customers"] = ""
    many: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """Something an agent does to conversations or views, by key, by verb or from the palette.

    ``keys`` are sequences such as ``e`` or ``g g``; ``footer`` orders the keys shown there (0: not shown).
    """

    name: str
    verb: str
    title: str
    help: str
    keys: tuple[str, ...]
    scope: Scope
    undo: Undo
    params: tuple[Param, ...] = ()
    why_no_undo: str = ""
    footer: int = 0
    about: About = "conversation"


@dataclass(frozen=True, slots=True)
class Command:
    """Something the screen does with itself: it changes nothing that is stored."""

    name: str
    title: str
    keys: tuple[str, ...]
    scope: Scope
    footer: int = 0
