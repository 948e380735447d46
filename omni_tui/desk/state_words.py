"""What states are called where people read: conversations', priorities', outgoing messages'. JSON has their values."""

from __future__ import annotations

from omni_tui.model.enums import OutboxState, Status
from omni_tui.text.i18n import _


def status_word(status: Status) -> str:
    """Where a conversation stands, as people say it."""
    return {
        Status.OPEN: _("open"),
        Status.SNOOZED: _("snoozed"),
        Status.RESOLVED: _("resolved"),
        Status.SPAM: _("spam"),
        Status.TRASH: _("trash"),
    }[status]


def level_word(level: str) -> str:
    """A priority by its stored name, as people say it where it is clear that it is one."""
    words = {"low": _("low"), "normal": _("normal"), "high": _("high"), "urgent": _("urgent")}
    return words.get(level, level)


def outbox_word(state: OutboxState) -> str:
    """How far a message on its way out has come."""
    return {
        OutboxState.QUEUED: _("queued"),
        OutboxState.SENDING: _("sending"),
        OutboxState.SENT: _("sent"),
        OutboxState.FAILED: _("failed"),
        OutboxState.UNCERTAIN: _("uncertain"),
        OutboxState.CANCELLED: _("cancelled"),
    }[state]
