"""An arriving message as a store can hold it: nothing in it that a database refuses, and no part beyond measure."""

from __future__ import annotations

import dataclasses
from typing import Any

from omni_tui.desk.threading import MOST_KEYS
from omni_tui.model.address import Address
from omni_tui.model.events import RemoteMessage
from omni_tui.text.clean import storable, storable_line
from omni_tui.text.i18n import _

KEPT = 200_000
"""Characters of a text that are kept as such and made findable; the source has all of them."""
LONGEST_LINE = 1000
"""The same for subjects and names, which stand in every list."""


def storable_message(message: RemoteMessage) -> RemoteMessage:
    """The message with nothing in it that a database cannot hold, and no part beyond measure."""
    if _is_storable(message):
        return message
    text, notice = storable(message.text), storable(message.unreadable)
    if len(text) > KEPT and message.raw:
        # Why not even the source has all of it is said first.
        notice = notice or _("This is the beginning of a very long message; its source has all of it.")
        text = text[:KEPT]
    return changed(
        message,
        author=_party(message.author),
        reply_to=tuple(map(_party, message.reply_to)),
        to=tuple(map(_party, message.to)),
        cc=tuple(map(_party, message.cc)),
        subject=storable_line(message.subject)[:LONGEST_LINE],
        text=text,
        unreadable=notice,
        key=storable_line(message.key),
        other_keys=tuple(map(storable_line, message.other_keys)),
        delivered_to=tuple(map(storable_line, message.delivered_to)),
        unsubscribe=storable_line(message.unsubscribe)[:LONGEST_LINE],
        forwarded=dataclasses.replace(message.forwarded, author=_party(message.forwarded.author))
        if message.forwarded
        else None,
        reply_keys=tuple(map(storable_line, message.reply_keys[-MOST_KEYS:])),
        attachments=tuple(
            dataclasses.replace(
                file,
                name=storable_line(file.name)[:LONGEST_LINE],
                mime=storable_line(file.mime),
                content_id=storable_line(file.content_id),
            )
            for file in message.attachments
        ),
    )


def storable_places(message: RemoteMessage) -> RemoteMessage:
    """The message with an id and a place that a database can hold: what it cannot is spelled out, for two ids in which
    it were replaced could become one.
    """
    if message.external_id.isprintable() and message.locator.isprintable():
        return message
    return changed(message, external_id=_spelled(message.external_id), locator=_spelled(message.locator))


def _spelled(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def _is_storable(message: RemoteMessage) -> bool:
    """Whether nothing is to be changed: most messages are looked at as a whole, and not field by field."""
    author, text = message.author, message.text
    lines = [message.subject, message.key, message.unsubscribe, author.address, author.name]
    lines += (*message.delivered_to, *message.reply_keys, *message.other_keys)
    for party in (*message.reply_to, *message.to, *message.cc):
        lines += (party.address, party.name)
    if message.forwarded is not None:
        lines += (message.forwarded.author.address, message.forwarded.author.name)
    for file in message.attachments:
        lines += (file.name, file.mime, file.content_id)
    joined = "|".join(lines)
    return (
        len(message.reply_keys) <= MOST_KEYS
        and (len(joined) <= LONGEST_LINE or max(map(len, lines)) <= LONGEST_LINE)
        # No blank but the space, and none where a field begins or ends.
        and joined.isprintable()
        and " |" not in joined
        and "| " not in joined
        and joined == joined.strip()
        and len(text) <= KEPT
        and storable(text) == text
        and (not message.unreadable or storable(message.unreadable) == message.unreadable)
    )


def changed(message: RemoteMessage, **values: Any) -> RemoteMessage:
    """The message with these values: itself where it has them, as most have."""
    others = {name: value for name, value in values.items() if getattr(message, name) != value}
    return dataclasses.replace(message, **others) if others else message


def _party(address: Address) -> Address:
    where, name = storable_line(address.address), storable_line(address.name)[:LONGEST_LINE]
    return address if where == address.address and name == address.name else Address(where, name)
