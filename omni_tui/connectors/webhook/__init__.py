"""Any form, app or bot as a channel: what its webhooks bring through the relay, and a call for each answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from omni_tui.connectors.base import ConnectorKind
from omni_tui.connectors.webhook.settings import WebhookSettings
from omni_tui.model.capabilities import Capabilities

if TYPE_CHECKING:
    from omni_tui.connectors.base import Connector


def _open(name: str, settings: WebhookSettings, secret: Callable[[], str]) -> Connector:
    from omni_tui.connectors.webhook.account import WebhookConnector

    return WebhookConnector(name, settings, secret)


def _address(settings: WebhookSettings) -> str:
    return settings.source


connector = ConnectorKind(
    kind="webhook",
    settings=WebhookSettings,
    capabilities=Capabilities(),
    address=_address,
    open=_open,
)
