"""A channel as a skin sees it.

Flat rows, already joined, in raw outside text: the skin cleans what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.model.enums import Health


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A configured channel as the engine last saw it: all a skin knows of it."""

    id: str
    name: str
    kind: str
    address: str
    health: Health
    error: str
    next_try_at: int | None
    done: int
    total: int
    checked_at: int | None
