"""A webhook channel at work: pulls its source from the relay, and calls the shop's address for each answer."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx

from omni_tui.connectors import relayed
from omni_tui.connectors.base import Check, Preview
from omni_tui.connectors.webhook import mapping
from omni_tui.connectors.webhook.arriving import message_of
from omni_tui.connectors.webhook.settings import WebhookSettings
from omni_tui.model.commands import Command, Receipt, Send
from omni_tui.model.errors import Permanent, Retry, Unknown
from omni_tui.model.events import Batch, Event, Received
from omni_tui.text.i18n import _

STREAM = "events"
_PLACE = re.compile(r"\{\{(\w+)\}\}")


class WebhookConnector:
    """See :class:`omni_tui.connectors.base.Connector`."""

    def __init__(self, name: str, settings: WebhookSettings, secret: Callable[[], str]) -> None:
        self._name, self._settings, self._secret = name, settings, secret
        self._place = relayed.Relayed(name, settings.relay, settings.source)
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(20.0, read=90.0), follow_redirects=False)
        self._reading = relayed.Reading(self._client, self._place)

    def streams(self) -> tuple[str, ...]:
        return (STREAM,)

    async def poll(self, stream: str, cursor: str | None, wait_s: float) -> Batch:
        found = await self._reading.pull(self._secret(), cursor, wait_s)
        return Batch(tuple(map(self._event, found.rows)), found.cursor(), more=found.more)

    def _event(self, row: Mapping[str, Any]) -> Event:
        return Received(
            message_of(
                self._name,
                self._settings.paths(),
                relayed.body_of(row),
                str(row.get("content_type", "")),
                event_id=str(row.get("event_id") or ""),
                locator=str(row.get("seq", "")),
                received_at=int(row.get("received_at") or time.time() * 1000),
            )
        )

    async def perform(self, command: Command) -> Receipt:
        if not isinstance(command, Send):
            return Receipt()
        settings = self._settings
        if not settings.reply_url:
            raise Permanent(
                _("Channel {name} cannot be answered.").format(name=self._name),
                _("Set reply_url in its table, or answer on another channel."),
            )
        prefix = f"{self._name}:"
        thread = next((key for key in command.reply_keys if key.startswith(prefix)), "")
        values = {
            "sender": command.to[0].address.removeprefix(prefix) if command.to else "",
            "name": command.to[0].name if command.to else "",
            "thread": thread.removeprefix(prefix),
            "subject": command.subject,
            "text": command.text,
            "id": hashlib.sha256(command.key.encode()).hexdigest()[:32],
            "ref": str(command.ref),
        }
        body = filled(settings.reply_body, values)
        headers = {"Content-Type": "application/json", "Idempotency-Key": values["id"], **settings.reply_headers}
        try:
            answer = await self._client.post(settings.reply_url, content=body.encode(), headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Retry(_("{host} cannot be reached.").format(host=relayed.host_of(settings.reply_url))) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unknown(
                _("{host} did not answer: the reply may have arrived.").format(host=relayed.host_of(settings.reply_url))
            ) from error
        return self._receipt(answer)

    def _receipt(self, answer: httpx.Response) -> Receipt:
        code, host = answer.status_code, relayed.host_of(self._settings.reply_url)
        if code == 429 or code == 503:
            raise Retry(_("{host} asks to come later ({code}).").format(host=host, code=code))
        if code >= 500:
            raise Unknown(_("{host} failed ({code}): the reply may have arrived.").format(host=host, code=code))
        if not 200 <= code < 300:
            raise Permanent(_("{host} refused the reply ({code}).").format(host=host, code=code))
        try:
            found = mapping.find(answer.json(), self._settings.reply_id)
        except (ValueError, RecursionError):
            found = None
        return Receipt(str(found) if isinstance(found, str | int) else "")

    async def fetch(self, stream: str, locator: str) -> AsyncIterator[bytes]:
        """Nothing is left on the relay at first."""
        return
        yield b""

    async def check(self) -> tuple[Check, ...]:
        found = await relayed.check(self._client, self._place, self._secret())
        if any(one.error for one in found):
            return found
        url = self._settings.reply_url
        return (*found, Check(_("answers"), detail=relayed.host_of(url) if url else _("none")))

    async def preview(self, open_days: int) -> Preview:
        return await relayed.preview(self._client, self._place, self._secret())

    async def close(self) -> None:
        await self._client.aclose()


def filled(template: str, values: dict[str, str]) -> str:
    """The template with each ``{{name}}`` as a JSON text: what a customer wrote cannot break out of it."""
    return _PLACE.sub(lambda found: json.dumps(values.get(found[1], ""), ensure_ascii=False), template)
