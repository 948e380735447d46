"""What a durable queue does, whichever database it is in, and which one a relay's settings ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from omni_tui.model.errors import StoreAway, StoreError, UsageError
from omni_tui.relay.events import Arrived, Depth, QueueAway, Queued
from omni_tui.relay.settings import RelaySettings
from omni_tui.text.i18n import _


class DurableQueue(Protocol):
    """Used from one thread. Everything but :meth:`watch` may raise ``QueueAway``: the database does not answer."""

    id: str
    """Told with every answer: numbers mean nothing in another queue."""

    def put(self, events: Sequence[Arrived]) -> int:
        """Take events in, all or none, on the disk when it returns; how many were new. Raises ``QueueFull``.

        One that was taken in before, by its source and id, is let pass without a second copy.
        """

    def after(self, source: str, seq: int, *, limit: int, most_bytes: int = 4 << 20) -> list[Queued]:
        """The events of a source behind ``seq``, oldest first; as many as fit, at least one."""

    def last(self) -> int:
        """The last number given; 0 before there was one."""

    def number(self, source: str, event_id: str) -> int | None:
        """The number of an event that is still there."""

    def acknowledge(self, source: str, seq: int, now: int) -> None:
        """An engine has everything of a source up to ``seq`` in its store. Going back is not possible."""

    def tidy(self, now: int) -> int:
        """Forget some of what was fetched long ago; how many went. Fewer than ``TIDY_MOST``: that was all."""

    def depth(self) -> Depth:
        """How full it is."""

    def newest(self, count: int) -> list[Queued]:
        """The last events that are still there, oldest first."""

    def since(self, seq: int, limit: int = 500) -> list[Queued]:
        """Events of all sources behind ``seq``, oldest first."""

    def watch(self, ring: Callable[[], None]) -> None:
        """From now on call ``ring``, on any thread, when another process has put something in."""

    def close(self) -> None:
        """Let the database go."""


def open_queue(settings: RelaySettings) -> DurableQueue:
    """The queue in the settings' folder, or in the database they name. Raises ``StoreAway`` or ``UsageError``."""
    server = settings.server
    most = server.keep_mb << 20
    if not server.database:
        from omni_tui.relay.queue import Queue

        return Queue(settings.folder / "queue.db", most_bytes=most)
    try:
        import psycopg
    except ImportError as error:
        raise UsageError(
            _("A relay's queue in PostgreSQL needs psycopg, which is not installed."),
            _('Install it with: pip install "omni-tui[relay,postgres]"'),
        ) from error
    from omni_tui.relay.shared_queue import SharedQueue
    from omni_tui.store.postgres_words import said

    hint = _("Check database in relay.toml, whether that server runs, and that its user may make tables there.")
    try:
        return SharedQueue(server.database, most_bytes=most)
    except StoreError as error:
        raise StoreAway(error.message, hint) from None
    except QueueAway as error:
        # Without its cause: what psycopg knows of a connection may be in it.
        reason = said(error.__cause__) if isinstance(error.__cause__, psycopg.Error) else ""
        raise StoreAway(_("The queue's database cannot be used: {reason}").format(reason=reason), hint) from None
