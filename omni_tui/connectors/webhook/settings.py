"""The table of a webhook channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from omni_tui.connectors.relay_address import check_relay_address
from omni_tui.connectors.webhook.templates import JSON, check_address, check_body, check_header
from omni_tui.text.i18n import _

FIELDS = ("id", "sender", "name", "text", "time", "thread", "subject", "attachments")
DEFAULT_MAP: Mapping[str, str] = {
    "id": "event_id",
    "sender": "sender.external_id | sender.email",
    "name": "sender.name",
    "text": "message.text",
    "time": "message.sent_at",
    "thread": "conversation.external_id",
    "subject": "conversation.subject",
    "attachments": "message.attachments",
}
"""Where things stand in what ``docs/relay.md`` calls our own form."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """``relay`` is the relay's address, ``source`` the name it is sent to there; the password is the relay's token.

    ``map`` says where in a payload a field stands (see ``paths``), several places separated by ``|``, of which the
    first that holds something counts. ``reply_url`` is called for every answer with ``reply_body``, JSON or, where
    ``reply_headers`` say so, a form; all three may have places such as ``{{text}}``. ``reply_id`` says where in the
    response the answer's id stands. ``reply_once`` says that the address takes an ``Idempotency-Key`` but once, so that
    what got no answer may be sent again. Without ``reply_url`` the channel cannot be answered.
    """

    relay: str
    source: str
    map: Mapping[str, str] = field(default_factory=dict)
    reply_url: str = ""
    reply_body: str = '{"to": {{sender}}, "thread": {{thread}}, "text": {{text}}, "id": {{id}}}'
    reply_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    reply_id: str = "id"
    reply_once: bool = False

    def __post_init__(self) -> None:
        check_relay_address(self.relay)
        for name, value in self.reply_headers.items():
            check_header(name, value)
        if self.reply_url:
            check_address(self.reply_url)
            check_body(self.reply_body, self.reply_type)
        unknown = sorted(set(self.map) - set(FIELDS))
        if unknown:
            raise ValueError(
                _("map knows {fields}, not {unknown}").format(fields=", ".join(FIELDS), unknown=unknown[0])
            )

    @property
    def reply_type(self) -> str:
        """The media type of ``reply_body``."""
        found = next((value for name, value in self.reply_headers.items() if name.lower() == "content-type"), JSON)
        return found.partition(";")[0].strip().lower()

    def paths(self) -> Mapping[str, str]:
        """The whole map: the user's places before ours."""
        return {**DEFAULT_MAP, **self.map}
