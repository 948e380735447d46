"""A live chat at work: pulls what visitors write from the relay, and hands it the answers."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx

from omni_tui.connectors import relayed
from omni_tui.connectors.base import Check, Preview
from omni_tui.connectors.chat import reading
from omni_tui.connectors.chat.settings import ChatChannelSettings
from omni_tui.model.commands import Command, MarkRead, Receipt, Send, ShowAnswer, ShowTyping
from omni_tui.model.errors import Permanent, Retry, Unknown
from omni_tui.model.events import Batch, Event
from omni_tui.text.i18n import _

STREAM, TYPING = "events", "typing"
_AT_ONCE = 50
_MOST_BYTES = 4 << 20


class ChatConnector:
    """See :class:`omni_tui.connectors.base.Connector`."""

    def __init__(self, name: str, settings: ChatChannelSettings, secret: Callable[[], str]) -> None:
        self._name, self._secret = name, secret
        self._place = relayed.Relayed(name, settings.relay, settings.chat, "chats")
        self._path = f"/v1/chat/{settings.chat}"
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(20.0, read=90.0), follow_redirects=False)
        self._reading = relayed.Reading(self._client, self._place)

    def streams(self) -> tuple[str, ...]:
        return (STREAM, TYPING)

    async def poll(self, stream: str, cursor: str | None, wait_s: float) -> Batch:
        if stream == TYPING:
            return await self._typing(cursor, wait_s)
        found = await self._reading.pull(self._secret(), cursor, wait_s, _AT_ONCE)
        events: list[Event] = []
        size = 0
        for row in found.rows:
            body = relayed.body_of(row)
            told = reading.read(body)
            files = [await self._file(one) for one in reading.files_of(told)]
            size += sum(len(one.data or b"") for one in files)
            if events and size > _MOST_BYTES:
                return Batch(tuple(events), found.cursor(int(row["seq"]) - 1), more=True)
            events += reading.events(self._name, row, body, told, files)
        return Batch(tuple(events), found.cursor(), more=found.more)

    async def _typing(self, cursor: str | None, wait_s: float) -> Batch:
        before = reading.read((cursor or "").encode())
        query = {"turn": str(before.get("turn", "")), "wait": f"{wait_s:g}", "places": str(before.get("places", ""))}
        answer = await relayed.request(self._client, self._place, self._secret(), f"{self._path}/typing", query)
        if answer.status_code == 404:
            # An older relay, or no such chat, which the other stream tells.
            await asyncio.sleep(wait_s)
            return Batch((), cursor or "{}")
        relayed.refuse(self._place, answer.status_code)
        if answer.status_code != 200:
            raise Retry(_("The relay answered {code}.").format(code=answer.status_code), relayed.WHERE)
        now = reading.read(answer.content)
        typing, cursor = reading.typing(self._name, before, now)
        return Batch((*typing, *reading.visits(self._name, now)), cursor, more=now.get("more") is True)

    async def _file(self, told: Mapping[str, Any]) -> reading.ChatFile:
        name, mime = str(told.get("name", "")), str(told.get("mime", ""))
        answer = await relayed.request(
            self._client, self._place, self._secret(), f"{self._path}/files/{told['id']}", {}
        )
        if answer.status_code == 404:
            return reading.ChatFile(name, mime, None)
        relayed.refuse(self._place, answer.status_code)
        if answer.status_code != 200:
            raise Retry(_("The relay answered {code}.").format(code=answer.status_code), relayed.WHERE)
        return reading.ChatFile(name, mime, answer.content)

    async def perform(self, command: Command) -> Receipt:
        match command:
            case Send():
                return await self._send(command)
            case MarkRead(key=key):
                whose = reading.whose(self._name, (key,), ())
                await self._notice({**whose, "read": key.rpartition(":")[2]})
            case ShowTyping():
                whose = reading.whose(self._name, command.reply_keys, command.to)
                await self._notice({**whose, "typing": True, "agent": command.agent})
            case ShowAnswer():
                await self._show_answer(command)
            case _:
                pass  # a chat has no other place to put a message
        return Receipt()

    async def _notice(self, notice: Mapping[str, Any]) -> None:
        answer = await relayed.post(self._client, self._place, self._secret(), f"{self._path}/notices", notice)
        if answer.status_code not in (200, 404):
            # A visitor who is forgotten (404) needs to be told nothing.
            relayed.refuse(self._place, answer.status_code)
            raise Retry(_("The relay answered {code}.").format(code=answer.status_code), relayed.WHERE)

    async def _show_answer(self, answer: ShowAnswer) -> None:
        whose = reading.whose(self._name, answer.reply_keys, ())
        told = {**whose, "key": answer.key, "text": answer.text, "agent": answer.agent, "by": "mail"}
        relay = await relayed.post(self._client, self._place, self._secret(), f"{self._path}/messages", told)
        if relay.status_code not in (200, 404):
            # A visitor who is forgotten (404) has the mail.
            relayed.refuse(self._place, relay.status_code)
            raise Retry(_("The relay answered {code}.").format(code=relay.status_code), relayed.WHERE)

    async def _send(self, send: Send) -> Receipt:
        whose = reading.whose(self._name, send.reply_keys, send.to)
        if not whose:
            raise Permanent(
                _("The chat of this visitor is not known."), _("Reply on another channel, for example by mail.")
            )
        told = {
            **whose,
            "key": send.key,
            "text": send.text,
            "agent": send.agent,
            "files": [
                {"name": file.name, "mime": file.mime, "data": base64.b64encode(file.data).decode("ascii")}
                for file in send.files
            ],
        }
        answer = await relayed.post(self._client, self._place, self._secret(), f"{self._path}/messages", told)
        code = answer.status_code
        if code == 200:
            return Receipt(f"agent:{answer.json()['id']}")
        if code == 404:
            raise Permanent(
                _("The relay no longer has the chat of this visitor: nobody would see the reply."),
                _("Reply on another channel, for example by mail."),
            )
        relayed.refuse(self._place, code)
        if code in (408, 429, 507, 503):
            raise Retry(_("The relay answered {code}.").format(code=code), relayed.WHERE)
        if code >= 500:
            raise Unknown(_("The relay answered {code}.").format(code=code), relayed.WHERE)
        raise Permanent(_("The relay refused the reply ({code}).").format(code=code))

    async def fetch(self, stream: str, locator: str, part: str = "") -> AsyncIterator[bytes]:
        """Nothing is left on the relay at first."""
        return
        yield b""

    async def check(self) -> tuple[Check, ...]:
        return await relayed.check(self._client, self._place, self._secret())

    async def preview(self, open_days: int) -> Preview:
        return await relayed.preview(self._client, self._place, self._secret())

    async def close(self) -> None:
        await self._client.aclose()
