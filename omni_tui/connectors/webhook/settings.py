"""The table of a webhook channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from omni_tui.connectors.relay_address import check_relay_address
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

    ``map`` says where in a payload a field stands: names with dots (``sender.email``, ``items.0.text``), several
    places separated by ``|``, of which the first that holds something counts. ``reply_url`` is called for every
    answer with ``reply_body``, in which ``{{text}}`` and the like are put as JSON; ``reply_id`` says where in the
    response the answer's id stands. Without ``reply_url`` the channel cannot be answered.
    """

    relay: str
    source: str
    map: Mapping[str, str] = field(default_factory=dict)
    reply_url: str = ""
    reply_body: str = '{"to": {{sender}}, "thread": {{thread}}, "text": {{text}}, "id": {{id}}}'
    reply_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    reply_id: str = "id"

    def __post_init__(self) -> None:
        check_relay_address(self.relay)
        if self.reply_url and not self.reply_url.startswith(("https://", "http://")):
            raise ValueError(_("reply_url must be an https:// or http:// address"))
        unknown = sorted(set(self.map) - set(FIELDS))
        if unknown:
            raise ValueError(
                _("map knows {fields}, not {unknown}").format(fields=", ".join(FIELDS), unknown=unknown[0])
            )

    def paths(self) -> Mapping[str, str]:
        """The whole map: the user's places before ours."""
        return {**DEFAULT_MAP, **self.map}
