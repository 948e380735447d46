"""The fetch ledger: every place a channel showed a message at, to be compared with what it holds now."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from omni_tui.desk.identity import IngestRules
from omni_tui.desk.ingest import IngestReport, take_in
from omni_tui.model.errors import NotFound
from omni_tui.model.events import Batch
from omni_tui.store import Store
from omni_tui.text.i18n import _

_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Places:
    """Locators of one stream; ``bare`` are those whose message could not be taken in and is kept as source alone."""

    known: frozenset[str]
    bare: int


def channel_id(store: Store, name: str) -> str:
    """The id of a channel. Raises NotFound where no engine has served it yet."""
    with store.read() as tx:
        row = tx.one("channel_by_name", name=name)
    if row is None:
        raise NotFound(
            _("Nothing was fetched yet from {name}.").format(name=name), _("Start with: omni-tui engine --once")
        )
    return str(row["id"])


def places(store: Store, channel: str, stream: str) -> Places:
    """What the ledger holds of a stream. Each piece is a short read, so that the log of the store can be cleared."""
    known: set[str] = set()
    bare, after = 0, ""
    while True:
        with store.read() as tx:
            rows = tx.all("ledger_of_stream", channel_id=channel, stream=stream, after=after, limit=_AT_ONCE)
        known.update(row["locator"] for row in rows)
        bare += sum(bool(row["error"]) for row in rows)
        if len(rows) < _AT_ONCE:
            return Places(frozenset(known), bare)
        after = rows[-1]["locator"]


def make_good(store: Store, channel: str, stream: str, batch: Batch, rules: IngestRules) -> IngestReport:
    """Take in what was missed. The cursor stays wherever an engine has it by now."""
    with store.write() as tx:
        cursor = tx.value("cursor", channel_id=channel, stream=stream) or ""
        return take_in(tx, channel, stream, dataclasses.replace(batch, next_cursor=str(cursor)), rules)
