"""The letters and words of a row: state, lateness, channel."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.config.settings import InboxSettings
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import Direction, OutboxState, Status
from omni_tui.text.i18n import _

_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A letter and its ink."""

    letter: str = ""
    ink: str = "muted"


def kind_word(kind: str) -> str:
    """A channel's kind in at most four cells."""
    words = {
        "mail": _("mail"),
        "email": _("mail"),
        "chat": _("chat"),
        "whatsapp": "wa",
        "wechat": "wx",
        "instagram": "ig",
        "telegram": "tg",
    }
    return words.get(kind, kind)


def state(row: ConversationRow) -> Mark:
    """New, failed, waiting for the customer (pending), snoozed or resolved."""
    if row.outbox in (OutboxState.FAILED, OutboxState.UNCERTAIN):
        return Mark(_("F"), "alarm bold")
    if row.unread:
        return Mark(_("N"), "accent bold")
    if row.status is Status.SNOOZED:
        return Mark(_("S"))
    if row.status is not Status.OPEN:
        return Mark(_("R"))
    if row.waiting_since is None and row.last_direction is Direction.OUTBOUND:
        return Mark(_("P"))
    return Mark()


def lateness(row: ConversationRow, settings: InboxSettings, now: int) -> Mark:
    """``L`` when the customer waits longer than ``late_after_m``, ``D`` when longer than ``warn_after_m``."""
    if row.waiting_since is None or row.status is not Status.OPEN:
        return Mark()
    waited = now - row.waiting_since
    if waited >= settings.late_after_m * _MINUTE:
        return Mark(_("L"), "alarm")
    if waited >= settings.warn_after_m * _MINUTE:
        return Mark(_("D"), "caution")
    return Mark()


def lead_word(row: ConversationRow) -> Mark:
    """What stands before the subject: a reply that did not leave, or a draft."""
    if row.outbox is OutboxState.FAILED:
        return Mark(_("not sent"), "alarm")
    if row.outbox is OutboxState.UNCERTAIN:
        return Mark(_("sent or not?"), "alarm")
    if row.draft:
        return Mark(_("draft"), "caution" if row.own_draft else "muted")
    return Mark()
