"""The change feed: what was committed since one last asked, one's own writes included."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.model.change import Change
from omni_tui.store.store import Row, Store, Writer

LIMIT = 500
KEPT_MS = 7 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Changes:
    """``rows`` in commit order; ``everything`` when there were too many: read all anew."""

    rows: tuple[Change, ...]
    everything: bool = False


class Feed:
    """One reader's place in the feed; it starts at the present."""

    def __init__(self, store: Store) -> None:
        self._version = store.data_version()
        with store.read() as tx:
            self._seq = int(tx.value("counter", name="change"))
            self._seen = _known(tx.one("changes_after", seq=self._seq - 1, limit=1))

    def poll(self, store: Store) -> Changes | None:
        """What was committed since the last call; None (within microseconds) if nothing was.

        Everything is to be read anew where what was seen is no longer there: a power cut took writes that were not on
        the disk yet, and their numbers were given to others.
        """
        version = store.data_version()
        if version == self._version:
            return None
        with store.read() as tx:
            counter, rows, first = tx.together(
                ("counter", {"name": "change"}),
                ("changes_after", {"seq": self._seq - 1, "limit": LIMIT + 2}),
                ("first_change", {}),
            )
        last, oldest = int(counter[0][0]), first[0][0] if first else None
        taken_back = last < self._seq
        if rows and rows[0]["seq"] == self._seq:
            taken_back = taken_back or _known(rows[0]) != self._seen
            rows = rows[1:]
        missed = last > self._seq and (oldest is None or oldest > self._seq + 1)
        everything = taken_back or missed or len(rows) > LIMIT
        seen = _known(rows[-1]) if rows else self._seen
        if everything:
            with store.read() as tx:
                seen = _known(tx.one("changes_after", seq=last - 1, limit=1))
        # Only now: what a lost connection kept from being told is told the next time.
        self._version, self._seq, self._seen = version, last, seen
        store.heard(None if everything else [(row["entity"], row["entity_id"]) for row in rows])
        if everything:
            return Changes((), everything=True)
        return Changes(tuple(Change(row["seq"], row["entity"], row["entity_id"]) for row in rows)) if rows else None


def _known(row: Row | None) -> tuple[int, str, str] | None:
    """What tells a change from another of the same number."""
    return None if row is None else (row["at"], row["entity"], row["entity_id"])


def prune(tx: Writer) -> int:
    """Forget changes older than a week; a reader that slept longer reads everything anew."""
    return tx.touched("prune_changes", before=tx.now - KEPT_MS)
