"""What the relay tells of a chat, as events. Pure.

A visitor is named by the relay, or by the shop where it signed for them; what they typed of themselves is a claim.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omni_tui.connectors.enclosed import EnclosedFile, enclose
from omni_tui.model.address import Address
from omni_tui.model.events import (
    Delivered,
    Event,
    Notice,
    Read,
    Received,
    RemoteMessage,
    Typing,
    Visited,
)
from omni_tui.model.facts import Facts, SenderWarning, Visit
from omni_tui.text.i18n import _

_LONGEST_TITLE = 80
_MOST_TYPING = 200
_MOST_VISITS = 150


@dataclass(frozen=True, slots=True)
class ChatFile:
    """A file of a visitor's; ``data`` is None where the relay no longer has it."""

    name: str
    mime: str
    data: bytes | None = field(repr=False)


def read(body: bytes) -> Mapping[str, Any]:
    """The event in ``body``; empty where it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def files_of(told: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The files an event names."""
    found = told.get("files")
    return (
        tuple(each for each in found if isinstance(each, dict) and _text(each, "id")) if isinstance(found, list) else ()
    )


def events(
    channel: str, row: Mapping[str, Any], body: bytes, told: Mapping[str, Any], files: Sequence[ChatFile]
) -> tuple[Event, ...]:
    """What became of one event of the relay's."""
    at = int(row.get("received_at") or 0)
    if told.get("type") == "message" and _text(told, "visitor") and _text(told, "id"):
        return (_message(channel, row, body, told, files, at),)
    if told.get("type") == "receipt":
        return (
            *(Delivered(key, at) for key in _texts(told, "delivered")),
            *(Read(key, at) for key in _texts(told, "read")),
        )
    return (Notice(_("The relay told something of a chat that this version does not know."), at),)


def typing(channel: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[tuple[Typing, ...], str]:
    """Who types, and who no longer does, and the cursor behind that; ``before`` is the cursor before it."""
    here, there = _counts(now), _counts(before)
    events = [
        *(Typing(f"{channel}:{visitor}", on=False) for visitor in there if visitor not in here),
        *(Typing(f"{channel}:{visitor}") for visitor, times in here.items() if there.get(visitor) != times),
    ]
    return tuple(events[:_MOST_TYPING]), json.dumps(
        {"turn": _text(now, "turn"), "typing": here, "places": _text(now, "places")}
    )


def visits(channel: str, now: Mapping[str, Any]) -> tuple[Visited, ...]:
    """Who opened which page, or left it."""
    told = now.get("visits")
    return tuple(
        Visited(f"{channel}:{each['visitor']}", _text(each, "page"), _text(each, "title"), each["since"], here)
        for each in (told[:_MOST_VISITS] if isinstance(told, list) else ())
        if isinstance(each, dict)
        and _text(each, "visitor")
        and type(each.get("since")) is int
        and type(here := each.get("here")) is bool
    )


def whose(channel: str, keys: Sequence[str], to: Sequence[Address]) -> Mapping[str, str]:
    """Whose chat an answer belongs to, as the relay knows them, by what it answers, else by its recipient; empty where
    that is nobody. Our own answers carry no name of a chat, so that a second one goes by its recipient."""
    prefix = f"{channel}:"
    for key in reversed(keys):
        if key.startswith(prefix):
            return {"visitor": key.removeprefix(prefix).partition(":")[0]}
    address = to[0].address if to else ""
    if not address.startswith(prefix):
        return {}
    kind, colon, user = address.removeprefix(prefix).partition(":")
    if not colon:
        return {"visitor": kind}
    return {"user": user} if kind == "user" else {}


def _message(
    channel: str, row: Mapping[str, Any], body: bytes, told: Mapping[str, Any], files: Sequence[ChatFile], at: int
) -> Received:
    visitor, user, name = _text(told, "visitor"), _text(told, "user"), _text(told, "name")
    lost = [_("[file no longer there: {name}]").format(name=one.name) for one in files if one.data is None]
    text = "\n".join(filter(None, (_text(told, "text"), *lost)))
    there = [EnclosedFile(one.name, one.mime, one.data) for one in files if one.data is not None]
    raw, attachments = enclose(text, there) if files else (body, ())
    email, page, title = _text(told, "email"), _text(told, "page"), _text(told, "title")
    visit = Visit(page, title, _text(told, "language"), bool(told.get("offline")))
    return Received(
        RemoteMessage(
            external_id=f"{visitor}:{_text(told, 'id')}",
            locator=f"{visitor}/{_text(told, 'id')}",
            # An id of the shop's own making, which its signature vouches for, is another name than any visitor's.
            author=Address(f"{channel}:user:{user}" if user else f"{channel}:{visitor}", name),
            text=text,
            receipt_at=at,
            # No number of a conversation is read from what a page calls itself.
            subject=_("Chat: {title}").format(title=title.replace("#", "")[:_LONGEST_TITLE]) if title else _("Chat"),
            key=f"{channel}:{visitor}:{_text(told, 'id')}",
            reply_keys=(f"{channel}:{visitor}",),
            attachments=attachments,
            vouched=bool(user),
            facts=Facts(
                warnings=(SenderWarning("claims_address", email),) if email else (),
                visit=visit if visit != Visit() else None,
            ),
            raw=raw,
        )
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _counts(told: Mapping[str, Any]) -> dict[str, int]:
    value = told.get("typing")
    found = value.items() if isinstance(value, dict) else ()
    return {name: times for name, times in found if isinstance(times, int)}


def _texts(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = told.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
