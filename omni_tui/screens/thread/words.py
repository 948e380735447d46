"""Sentences of a thread: what happened, where an answer of ours stands."""

from __future__ import annotations

from omni_tui.model.enums import OutboxState
from omni_tui.model.message import MessageRow, OutboxRow, Party
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Span
from omni_tui.screens.draw.times import hour
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


def party(who: Party) -> str:
    """A name with its address, or whichever of them there is."""
    name, address = clean_line(who.name), clean_line(who.address)
    return f"{name} {address}".strip() if name != address else address


def event_sentence(message: MessageRow, context: Context) -> str:
    """One line about something that happened to the conversation."""
    mine = context.is_me(message.agent)
    detail = clean_line(message.detail)
    own = {
        "assign": _("you assigned this to {detail}"),
        "take": _("you took this"),
        "unassign": _("you unassigned this"),
        "tag": _("you tagged this {detail}"),
        "untag": _("you took the tag {detail} away"),
        "resolve": _("you resolved this"),
        "reopen": _("you reopened this"),
        "snooze": _("you snoozed this until {detail}"),
    }
    others = {
        "assign": _("{who} assigned this to {detail}"),
        "take": _("{who} took this"),
        "unassign": _("{who} unassigned this"),
        "tag": _("{who} tagged this {detail}"),
        "untag": _("{who} took the tag {detail} away"),
        "resolve": _("{who} resolved this"),
        "reopen": _("{who} reopened this"),
        "snooze": _("{who} snoozed this until {detail}"),
    }
    if message.agent and message.verb in own:
        detail = _detail(message, detail, context)
        template = own[message.verb] if mine else others[message.verb]
        return template.format(who=clean_line(message.agent), detail=detail)
    words = [clean_line(message.agent or ""), clean_line(message.verb), detail, clean_line(message.text)]
    return " ".join(word for word in words if word) or _("something happened")


def _detail(message: MessageRow, detail: str, context: Context) -> str:
    if message.verb == "snooze" and detail.isdigit() and len(detail) < 16:
        return context.clock(int(detail))
    if message.verb == "assign" and context.is_me(detail):
        return _("you")
    return detail


def outgoing_word(message: MessageRow) -> str:
    """One word on an answer that left: as far as the channel told us."""
    if message.outbox is not None and message.outbox.state is not OutboxState.SENT:
        return ""
    if message.read_at is not None:
        return _("read")
    if message.delivered_at is not None:
        return _("delivered")
    return _("sent")


def outbox_lines(outbox: OutboxRow, context: Context) -> list[tuple[Span, ...]]:
    """Where an answer stands that is not plainly sent, and which keys help."""
    error = clean_line(outbox.error)
    if outbox.state is OutboxState.QUEUED:
        if outbox.not_before > context.now():
            at = hour(outbox.not_before, context.zone(), seconds=True)
            text = _("leaves {clock}, z calls it back").format(clock=at)
            return [(Span(text, "accent"),), *_tried(outbox, error)]
        return [(Span(_("leaves as soon as the channel takes it"), "accent"),), *_tried(outbox, error)]
    if outbox.state is OutboxState.SENDING:
        return [(Span(_("sending"), "accent"),)]
    choice = (Span("R", "text bold"), Span(" " + _("send it again, or keep the text as a draft"), "muted"))
    if outbox.state is OutboxState.FAILED:
        reason = _("not sent: {reason}").format(reason=error or _("no reason was given"))
        return [(Span(reason, "alarm"),), choice]
    if outbox.state is OutboxState.UNCERTAIN:
        doubt = Span(_("it cannot be known whether this was sent"), "alarm")
        return [(doubt,), *([(Span(error, "faint"),)] if error else []), choice]
    if outbox.state is OutboxState.CANCELLED:
        return [(Span(_("called back, not sent"), "muted"),)]
    return []


def _tried(outbox: OutboxRow, error: str) -> list[tuple[Span, ...]]:
    if not outbox.attempts or not error:
        return []
    text = _("tried {count} times: {error}").format(count=outbox.attempts, error=error)
    return [(Span(text, "caution"),)]
