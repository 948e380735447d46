"""Sentences of a thread: what happened, where an answer of ours stands."""

from __future__ import annotations

from omni_tui.desk.acts import BLOCKER
from omni_tui.desk.state_words import level_word
from omni_tui.model.enums import OutboxState
from omni_tui.model.message import MessageRow, OutboxRow, Party
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Span
from omni_tui.screens.draw.times import hour, moment
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


def party(who: Party) -> str:
    """A name with its address, or whichever of them there is."""
    name, address = clean_line(who.name), clean_line(who.address)
    return f"{name} {address}".strip() if name != address else address


def event_sentence(message: MessageRow, context: Context) -> str:
    """One line about something that happened to the conversation."""
    if message.agent == BLOCKER and message.verb == "block":
        return _("the sender is blocked, so this is spam")
    mine = context.is_me(message.agent)
    if message.agent and message.verb.startswith("macro "):
        said = _("you did {macro}") if mine else _("{who} did {macro}")
        return said.format(who=clean_line(message.agent), macro=clean_line(message.verb))
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
        "unread": _("you marked this unread"),
        "priority": _("you set the priority to {detail}"),
        "spam": _("you called this spam"),
        "not-spam": _("you said this is no spam"),
        "trash": _("you put this into the trash"),
        "block": _("you blocked the sender"),
        "unblock": _("you unblocked the sender"),
        "merge": _("you merged {detail} into this"),
        "split": _("you split off {detail}"),
        "split from": _("you split this off {detail}"),
        "move": _("you moved a message to {detail}"),
        "moved here": _("you moved a message here from {detail}"),
        "link": _("you linked this with {detail}"),
        "unlink": _("you unlinked this from {detail}"),
        "join": _("one customer with {detail} now"),
        "separate": _("you took this customer apart from the one they were joined with"),
        "customer merge": _("you said this customer and another are one"),
        "customer split": _("you said this customer is another than the one they were joined with"),
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
        "unread": _("{who} marked this unread"),
        "priority": _("{who} set the priority to {detail}"),
        "spam": _("{who} called this spam"),
        "not-spam": _("{who} said this is no spam"),
        "trash": _("{who} put this into the trash"),
        "block": _("{who} blocked the sender"),
        "unblock": _("{who} unblocked the sender"),
        "merge": _("{who} merged {detail} into this"),
        "split": _("{who} split off {detail}"),
        "split from": _("{who} split this off {detail}"),
        "move": _("{who} moved a message to {detail}"),
        "moved here": _("{who} moved a message here from {detail}"),
        "link": _("{who} linked this with {detail}"),
        "unlink": _("{who} unlinked this from {detail}"),
        "join": _("one customer with {who} now, whose mail proved the address"),
        "separate": _("{who} took this customer apart from the one they were joined with"),
        "customer merge": _("{who} said this customer and another are one"),
        "customer split": _("{who} said this customer is another than the one they were joined with"),
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
    return level_word(detail) if message.verb == "priority" else detail


def outgoing_word(message: MessageRow) -> str:
    """One word on an answer that left: as far as the channel told us."""
    if message.outbox is not None and message.outbox.state is not OutboxState.SENT:
        return ""
    if message.read_at is not None:
        return _("read")
    if message.delivered_at is not None:
        return _("delivered")
    return _("sent")


_NEAR_MS = 15 * 60_000
"""What leaves later than this was put off, not held for a moment: its day is told, and W decides about it."""


def outbox_lines(outbox: OutboxRow, context: Context, *, crossed: bool = False) -> list[tuple[Span, ...]]:
    """Where an answer stands that is not plainly sent, and which keys help. ``crossed``: the customer wrote since."""
    error = clean_line(outbox.error)
    if outbox.state is OutboxState.QUEUED and outbox.partly:
        again = _("some have it; {moment} it is tried again for the others, {key} decides")
        when = moment(outbox.not_before, context)
        words = again.format(moment=when, key=context.key("send_again"))
        return [(Span(words, "accent"),), *_tried(outbox, error)]
    if outbox.state is OutboxState.QUEUED:
        if outbox.not_before > context.now():
            wrote = [(Span(_("they wrote since: read it before this leaves"), "caution"),)] if crossed else []
            return [(Span(_leaves(outbox.not_before, context), "accent"),), *wrote, *_tried(outbox, error)]
        return [(Span(_("leaves as soon as the channel takes it"), "accent"),), *_tried(outbox, error)]
    if outbox.state is OutboxState.SENDING:
        return [(Span(_("sending"), "accent"),)]
    choice = (
        Span(context.key("send_again"), "text bold"),
        Span(" " + _("send it again, or keep the text as a draft"), "muted"),
    )
    if outbox.state is OutboxState.FAILED:
        reason = _("not sent: {reason}").format(reason=error or _("no reason was given"))
        return [(Span(reason, "alarm"),), choice]
    if outbox.state is OutboxState.UNCERTAIN:
        doubt = Span(_("it cannot be known whether this was sent"), "alarm")
        return [(doubt,), *([(Span(error, "faint"),)] if error else []), choice]
    if outbox.state is OutboxState.CANCELLED:
        return [(Span(_("called back, not sent"), "muted"),)]
    # It left, but not to everybody.
    return [(Span(error, "alarm"),)] if error else []


def put_off(outbox: OutboxRow, context: Context) -> bool:
    """Whether an answer waits for a moment that is not near."""
    return outbox.state is OutboxState.QUEUED and outbox.not_before - context.now() > _NEAR_MS


def _leaves(at: int, context: Context) -> str:
    if at - context.now() > _NEAR_MS:
        later = _("leaves {moment}, {key} sends it now or calls it back")
        return later.format(moment=moment(at, context), key=context.key("send_again"))
    soon = _("leaves {clock}, {key} calls it back")
    return soon.format(clock=hour(at, context.zone(), seconds=True), key=context.key("undo"))


def _tried(outbox: OutboxRow, error: str) -> list[tuple[Span, ...]]:
    if not outbox.attempts or not error:
        return []
    text = _("tried {count} times: {error}").format(count=outbox.attempts, error=error)
    return [(Span(text, "caution"),)]
