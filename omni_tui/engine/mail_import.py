"""Mail from files into a channel: connected or not, while everything else goes on, again from where it stopped."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from omni_tui.config.settings import Settings
from omni_tui.connectors import registry
from omni_tui.connectors.mail.files.finding import find_sources
from omni_tui.connectors.mail.files.model import Piece, Source
from omni_tui.connectors.mail.files.roles import Role
from omni_tui.desk import channels, importing
from omni_tui.desk.identity import IngestRules
from omni_tui.desk.ingest import IngestReport
from omni_tui.engine import crew
from omni_tui.engine.channels import configured
from omni_tui.engine.mail_files import pieces
from omni_tui.model.errors import NotFound, StoreBusy, UsageError
from omni_tui.model.events import Batch, Received, SentElsewhere
from omni_tui.store import Store, index_parts
from omni_tui.text.address import normalise_email
from omni_tui.text.i18n import _

KIND = "mail"
DRAFTS = frozenset({Role.DRAFTS})
"""What is never taken in: it was never sent."""
LEFT_OUT = DRAFTS | {Role.SPAM, Role.TRASH}
"""What is left out unless asked for."""
HOLD_S = 0.05
"""How long one transaction keeps others from writing."""
GAP_S = 0.003
"""How long the store is left to others between two."""
FEWEST, MOST = 10, 200
"""Messages in one transaction."""
PATIENCE = 6
"""How many times a store that is busy is asked again, each after ten seconds of waiting."""


@dataclass(frozen=True, slots=True)
class Target:
    """The channel mail goes to; ``id`` is None while nothing of it is in the store."""

    name: str
    id: str | None
    rules: IngestRules


@dataclass(frozen=True, slots=True)
class Count:
    """How far an import is: of ``messages`` looked at some are ``new``, some ``duplicate``, some ``left_out``, by the
    kind of place they lay in. ``unreadable`` ones are kept as they came. ``octets`` of ``total`` were read.
    """

    messages: int = 0
    new: int = 0
    duplicate: int = 0
    unreadable: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    octets: int = 0
    total: int = 0


def target(settings: Settings, store: Store, name: str | None, addresses: Iterable[str], *, make: bool) -> Target:
    """The channel called ``name``, else the only mail channel of the configuration.

    ``addresses`` are further ones of our own. One that is neither configured nor in the store is made for files alone
    if ``make``. Raises NotFound, UsageError, ConfigError.
    """
    every = configured(settings)
    mine = tuple(_address(each) for each in addresses)
    if name is None:
        of_mail = [channel.name for channel in every if channel.kind.kind == KIND]
        if len(of_mail) != 1:
            raise UsageError(
                _("Which channel shall the mail belong to?"),
                _("Say it: --channel NAME. A new name makes a channel for files alone."),
            )
        name = of_mail[0]
    found = next((channel for channel in every if channel.name == name), None)
    if found is not None:
        kind, address, capabilities = found.kind.kind, found.address, found.kind.capabilities
        mine = (*found.own_addresses, *mine)
    else:
        known = next((row for row in channels.listed(store) if row.name == name), None)
        if known is None and not mine:
            raise NotFound(
                _("There is no channel called {name}.").format(name=repr(name)),
                _("To make one for files alone, say whose mail it is: --address YOU@EXAMPLE.COM"),
            )
        kind, address = (known.kind, known.address) if known else (KIND, mine[0])
        capabilities = registry.kind(KIND).capabilities
        mine = (address, *mine)
    if kind != KIND:
        raise UsageError(_("Channel {name} is no mailbox but of the kind {kind}.").format(name=name, kind=kind))
    rules = crew.rules(settings, every)
    rules = dataclasses.replace(rules, own_addresses=rules.own_addresses | {normalise_email(each) for each in mine})
    aliases = found.own_addresses if found is not None else mine
    id = channels.register(store, name, kind, address, capabilities, aliases) if make else _id(store, name)
    return Target(name, id, rules)


def sources(paths: Iterable[Path]) -> tuple[Source, ...]:
    """The mailboxes at and below ``paths``. Raises ``NotFound``, and ``FileUnreadable`` where there is none."""
    return find_sources(paths)


def run(
    store: Store,
    into: Target,
    found: tuple[Source, ...],
    tell: Callable[[Count], None],
    *,
    leave_out: frozenset[Role] = LEFT_OUT,
    take: Callable[[Store, Target, Source, Batch], IngestReport] | None = None,
) -> Count:
    """Take the mails of all sources in, telling after every transaction how far it is.

    What is stored stays stored however it ends; called again it goes on from there. ``take`` stores a batch, or only
    looks (:func:`look`). Raises ``FileUnreadable``, ``StoreError``.
    """
    count = Count(total=sum(source.size for source in found))
    pace = _Pace()
    for source in found:
        before = count.octets
        cursor = channels.cursor(store, into.id, source.stream) if into.id else None

        def known(places: list[str], stream: str = source.stream) -> set[str]:
            return importing.places_known(store, into.id, stream, places) if into.id else set()

        with pieces(source, cursor, into.rules.own_addresses, leave_out, known) as read:
            for piece in read:
                for batch in pace.parts(piece.batch, cursor or "{}"):
                    began = time.monotonic()
                    report = (take or store_batch)(store, into, source, batch)
                    pace.took(len(batch.events), time.monotonic() - began)
                    count = _plus(count, batch, report)
                    tell(count)
                cursor = piece.batch.next_cursor
                count = _with_left_out(count, piece, before)
                tell(count)
        count = dataclasses.replace(count, octets=before + source.size)
    return count


def store_batch(store: Store, into: Target, source: Source, batch: Batch) -> IngestReport:
    """Store a batch; a store that somebody holds is waited for. Raises ``StoreBusy`` after a minute."""
    assert into.id is not None
    for _attempt in range(PATIENCE - 1):
        try:
            index_parts.relieve(store)
            return importing.take_file(store, into.id, source.stream, batch, into.rules)
        except StoreBusy:
            continue
    return importing.take_file(store, into.id, source.stream, batch, into.rules)


def look(store: Store, into: Target, source: Source, batch: Batch) -> IngestReport:
    """What :func:`store_batch` would do, as far as it can be known without doing it."""
    del source
    had = importing.count_known(store, into.id, batch.events) if into.id else 0
    return IngestReport(len(batch.events) - had, had, 0)


class _Pace:
    """Cuts batches so that each transaction is short for whoever waits to write."""

    def __init__(self) -> None:
        self._at_once = 50.0

    def parts(self, batch: Batch, before: str) -> Iterable[Batch]:
        """The batch in parts; only the last moves the cursor, and what is done twice is known again."""
        start = 0
        while True:
            stop = start + max(FEWEST, min(MOST, int(self._at_once)))
            part, start = batch.events[start:stop], stop
            last = stop >= len(batch.events)
            yield dataclasses.replace(batch, events=part, next_cursor=batch.next_cursor if last else before)
            if last:
                return

    def took(self, messages: int, seconds: float) -> None:
        """What the last transaction tells of the next; a pause follows."""
        if messages and seconds:
            self._at_once = 0.5 * self._at_once + 0.5 * messages * HOLD_S / seconds
            time.sleep(GAP_S)


def _plus(count: Count, batch: Batch, report: IngestReport) -> Count:
    unread = sum(isinstance(each, Received | SentElsewhere) and bool(each.message.unreadable) for each in batch.events)
    return dataclasses.replace(
        count,
        messages=count.messages + len(batch.events),
        new=count.new + report.new,
        duplicate=count.duplicate + report.duplicate,
        unreadable=count.unreadable + unread + report.failed,
    )


def _with_left_out(count: Count, piece: Piece, before: int) -> Count:
    left_out = Counter(count.left_out)
    left_out.update({role.value: number for role, number in piece.skipped.items()})
    return dataclasses.replace(
        count,
        messages=count.messages + sum(piece.skipped.values()),
        left_out=dict(left_out),
        octets=before + piece.passed,
    )


def _address(text: str) -> str:
    if not normalise_email(text):
        raise UsageError(_("{text} is no mail address.").format(text=repr(text)))
    return text


def _id(store: Store, name: str) -> str | None:
    return next((row.id for row in channels.listed(store) if row.name == name), None)
