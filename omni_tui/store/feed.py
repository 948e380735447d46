"""The change feed: what was committed since one last asked, one's own writes included."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.model.change import Change
from omni_tui.store.store import Store, Writer

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

    def poll(self, store: Store) -> Changes | None:
        """What was committed since the last call; None (within microseconds) if nothing was."""
        version = store.data_version()
        if version == self._version:
            return None
        with store.read() as tx:
            last = int(tx.value("counter", name="change"))
            if last == self._seq:
                self._version = version
                return None
            rows = tx.all("changes_after", seq=self._seq, limit=LIMIT + 1)
            first = tx.value("first_change")
        missed = first is None or first > self._seq + 1
        self._version, self._seq = version, last
        if missed or len(rows) > LIMIT:
            return Changes((), everything=True)
        return Changes(tuple(Change(row["seq"], row["entity"], row["entity_id"]) for row in rows))


def prune(tx: Writer) -> int:
    """Forget changes older than a week; a reader that slept longer reads everything anew."""
    return tx.touched("prune_changes", before=tx.now - KEPT_MS)
