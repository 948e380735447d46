"""Looks at what other programs did to a followed folder: reading mails, moving and deleting them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from omni_tui.connectors.mail.cursor import Cursor
from omni_tui.connectors.mail.imap import ImapSession, Opened
from omni_tui.connectors.mail.resync import Changes, Known, changes_events, known
from omni_tui.model.events import Batch, Event

AT_ONCE = 200
"""Events of one batch."""


@dataclass(frozen=True, slots=True)
class _Rest:
    """Events of which the first ``told`` were told, and the mod-sequence behind them all."""

    events: tuple[Event, ...]
    modseq: int
    told: int = 0


class Elsewhere:
    """``seen`` says whether reading elsewhere counts. For the one thread that follows the folder."""

    def __init__(self, *, seen: bool) -> None:
        self._seen = seen
        self._looked_to = 0
        self._rest: _Rest | None = None

    def begin_anew(self) -> None:
        """The folder was numbered anew, or never looked at."""
        self._looked_to, self._rest = 0, None

    def known(self, session: ImapSession, cursor: Cursor | None) -> Known | None:
        """What to open the folder with, so that this tells what changed."""
        return known(cursor, self.reached(cursor)) if cursor is not None and session.resyncs else None

    def reached(self, cursor: Cursor) -> int:
        """Up to which mod-sequence there is nothing more to tell. What had nothing to tell is not stored by itself."""
        return max(cursor.modseq, self._looked_to)

    def look(self, session: ImapSession, opened: Opened, cursor: Cursor) -> tuple[Opened, Batch | None]:
        """The folder as it stands open now, and what there is to tell."""
        if not cursor.top or not (session.resyncs or (self._seen and session.can("CONDSTORE"))):
            return opened, None
        if self._rest is not None and 0 < cursor.told == self._rest.told:
            return opened, self._tell(self._rest, cursor)
        if not cursor.modseq:
            now = opened.modseq if session.resyncs else session.highest_modseq(opened.folder)
            return opened, Batch((), replace(cursor, modseq=now).dump()) if now else None
        changes = opened.changes
        if changes is None:
            changes = session.changed_since(self.reached(cursor), cursor.top)
        if changes is None and session.resyncs:
            opened = session.examine(opened.folder, self.known(session, cursor))
            changes = opened.changes
        # None: the server cannot tell after all, or the folder was numbered anew just now. The next step sees that.
        batch = self._batch(changes, cursor) if changes is not None else None
        return replace(opened, changes=None), batch

    def _batch(self, changes: Changes, cursor: Cursor) -> Batch | None:
        if changes.modseq < cursor.modseq:
            # The server went back to an older state: it counts from there.
            self._looked_to = 0
            return Batch((), replace(cursor, modseq=changes.modseq, told=0).dump())
        events = changes_events(changes, cursor, seen=self._seen)
        if not events:
            self._looked_to = changes.modseq
            return None
        return self._tell(_Rest(events, changes.modseq), cursor)

    def _tell(self, rest: _Rest, cursor: Cursor) -> Batch:
        """One batch of a list. Up to where it was stored the cursor says; after a restart it is told from the start."""
        told = min(rest.told + AT_ONCE, len(rest.events))
        events = rest.events[rest.told : told]
        if told == len(rest.events):
            self._rest = None
            return Batch(events, replace(cursor, modseq=rest.modseq, told=0).dump())
        self._rest = replace(rest, told=told)
        return Batch(events, replace(cursor, told=told).dump(), more=True)
