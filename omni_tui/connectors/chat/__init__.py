"""The live chat on the shop's own pages, through the relay that serves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from omni_tui.connectors.base import ConnectorKind
from omni_tui.connectors.chat.settings import ChatChannelSettings
from omni_tui.model.capabilities import Capabilities

if TYPE_CHECKING:
    from omni_tui.connectors.base import Connector


def _open(name: str, settings: ChatChannelSettings, secret: Callable[[], str]) -> Connector:
    from omni_tui.connectors.chat.account import ChatConnector

    return ChatConnector(name, settings, secret)


def _address(settings: ChatChannelSettings) -> str:
    return settings.chat


connector = ConnectorKind(
    kind="chat",
    settings=ChatChannelSettings,
    capabilities=Capabilities(
        media_out=True,
        delivery_receipts=True,
        read_receipts=True,
        typing=True,
        seen_receipts=True,
        claims=True,
        shows_answers=True,
        send_dedupe=True,
        max_chars=200_000,
    ),
    address=_address,
    open=_open,
)
