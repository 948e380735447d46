"""A webhook channel at work: pulls its source from the relay, and calls the shop's address for each answer."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx

from omni_tui.connectors import relayed
from omni_tui.connectors.base import Check, Preview
from omni_tui.connectors.relay_way import hindrance, is_proxied
from omni_tui.connectors.webhook import mapping
from omni_tui.connectors.webhook.answering import answer_of, retry_after_s
from omni_tui.connectors.webhook.arriving import message_of
from omni_tui.connectors.webhook.settings import WebhookSettings
from omni_tui.model.commands import Command, Receipt, Send
from omni_tui.model.errors import Permanent, Retry, Unknown
from omni_tui.model.events import Batch, Event, Received
from omni_tui.text.i18n import _

STREAM = "events"


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
                _("Channel {name} takes no replies.").format(name=self._name),
                _("Set reply_url in its table, or reply on another channel."),
            )
        post = answer_of(self._name, settings, command)
        try:
            answer = await self._client.post(post.url, content=post.body.encode(), headers=dict(post.headers))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Retry(_("{host} cannot be reached.").format(host=relayed.host_of(settings.reply_url))) from error
        except httpx.InvalidURL as error:
            raise Permanent(
                _("The address in reply_url cannot be called: {reason}").format(reason=error), _refusal(404)
            ) from error
        except httpx.HTTPError as error:
            text = _("{host} did not answer: the reply may have arrived.")
            raise self._unsure(text.format(host=relayed.host_of(settings.reply_url))) from error
        return self._receipt(answer)

    def _unsure(self, text: str) -> Retry | Unknown:
        """What may have arrived is sent again only where the other side is said to take it once."""
        return Retry(text) if self._settings.reply_once else Unknown(text)

    def _receipt(self, answer: httpx.Response) -> Receipt:
        code, host = answer.status_code, relayed.host_of(self._settings.reply_url)
        if code in (408, 425, 429, 503):
            delay = retry_after_s(answer.headers.get("Retry-After", ""), time.time())
            raise Retry(_("{host} asks to come later ({code}).").format(host=host, code=code), delay_s=delay)
        if code >= 500:
            raise self._unsure(_("{host} failed ({code}): the reply may have arrived.").format(host=host, code=code))
        if not 200 <= code < 300:
            raise Permanent(_("{host} refused the reply ({code}).").format(host=host, code=code), _refusal(code))
        try:
            found = mapping.find(answer.json(), self._settings.reply_id)
        except (ValueError, RecursionError):
            found = None
        return Receipt(str(found) if isinstance(found, str | int) else "")

    async def fetch(self, stream: str, locator: str, part: str = "") -> AsyncIterator[bytes]:
        """Nothing is left on the relay at first."""
        return
        yield b""

    async def check(self) -> tuple[Check, ...]:
        found = await relayed.check(self._client, self._place, self._secret())
        if any(one.error for one in found):
            return found
        url = self._settings.reply_url
        if not url:
            return (*found, Check(_("answers"), detail=_("none: set reply_url")))
        error, hint = (None if is_proxied(url) else await hindrance(url)) or ("", "")
        return (*found, Check(_("answers"), error, hint, relayed.host_of(url)))

    async def preview(self, open_days: int) -> Preview:
        return await relayed.preview(self._client, self._place, self._secret())

    async def close(self) -> None:
        await self._client.aclose()


def _refusal(code: int) -> str:
    if 300 <= code < 400:
        return _("It leads elsewhere: put that address into reply_url.")
    if code in (401, 403):
        return _("Check reply_headers of this channel: they prove who answers.")
    if code in (404, 405, 410):
        return _("Check reply_url of this channel.")
    return _("omni-tui channel try shows what is sent; compare it with what is expected there.")
