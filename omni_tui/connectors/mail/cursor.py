"""How far a folder has been read: the opaque JSON between two polls."""

from __future__ import annotations

import json
from dataclasses import dataclass

from omni_tui.model.errors import Permanent
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class Cursor:
    """Mails above ``top`` are new, mails below ``low`` are history still to fetch, until ``done``.

    All numbers are UIDs of the folder as it was under ``uidvalidity``, but ``modseq``: up to there changed flags are
    known (RFC 7162), 0 where nobody asked. ``told`` counts the events already told of a list longer than one batch,
    whose changes ``modseq`` does not hold yet.
    """

    uidvalidity: int
    top: int
    low: int
    done: bool
    modseq: int = 0
    told: int = 0

    def dump(self) -> str:
        """The cursor as the store keeps it."""
        found = {"v": 1, "uidvalidity": self.uidvalidity, "top": self.top, "low": self.low, "done": self.done}
        if self.modseq:
            found["modseq"] = self.modseq
        if self.told:
            found["told"] = self.told
        return json.dumps(found, separators=(",", ":"))


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
        return Cursor(
            int(found["uidvalidity"]),
            int(found["top"]),
            int(found["low"]),
            bool(found["done"]),
            int(found.get("modseq", 0)),
            int(found.get("told", 0)),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def parse_locator(locator: str) -> tuple[int, int]:
    """UIDVALIDITY and UID of ``uidvalidity/uid``. Raises ``Permanent`` if it is none."""
    uidvalidity, _slash, uid = locator.partition("/")
    if not (uidvalidity.isdigit() and uid.isdigit()):
        raise Permanent(_("{locator} is no place of a mail").format(locator=repr(locator)))
    return int(uidvalidity), int(uid)
