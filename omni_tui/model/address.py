"""One party on a channel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """One party on a channel: ``address`` is the mail address, handle or number; ``name`` may be empty."""

    address: str
    name: str = ""
