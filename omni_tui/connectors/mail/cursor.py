"""How far a folder has been read: the opaque JSON between two polls."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cursor:
    """Mails above ``top`` are new, mails below ``low`` are history still to fetch, until ``done``.

    All numbers are UIDs of the folder as it was under ``uidvalidity``.
    """

    uidvalidity: int
    top: int
    low: int
    done: bool

    def dump(self) -> str:
        """The cursor as the store keeps it."""
        return json.dumps(
            {"v": 1, "uidvalidity": self.uidvalidity, "top": self.top, "low": self.low, "done": self.done},
            separators=(",", ":"),
        )


def load(text: str | None) -> Cursor | None:
    """The cursor in ``text``; None if there is none, or one that this version does not know.

    To begin again is harmless then: what is already there is known by its external id.
    """
    if text is None:
        return None
    try:
        found = json.loads(text)
        if found.get("v") != 1:
            return None
        return Cursor(int(found["uidvalidity"]), int(found["top"]), int(found["low"]), bool(found["done"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
