"""What a team did in some days."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of a day (``name`` is its date), a channel, an agent, or everything (empty name).

    ``arrived`` are customers' messages, ``answered`` messages that left for them, ``resolved`` conversations. Of the
    conversations customers began, ``first_answers`` were answered; half of them within ``median_ms``, nine of ten
    within ``p90_ms`` (None without any). ``waiting`` is how many wait for an answer now.
    """

    name: str
    arrived: int = 0
    answered: int = 0
    resolved: int = 0
    first_answers: int = 0
    median_ms: int | None = None
    p90_ms: int | None = None
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The days from ``since`` on: in all, by day (the newest first), by channel, by agent."""

    since: int
    whole: Tally
    days: tuple[Tally, ...]
    channels: tuple[Tally, ...]
    agents: tuple[Tally, ...]
