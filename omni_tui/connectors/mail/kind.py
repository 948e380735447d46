"""How mail declares itself as a kind of channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from omni_tui.connectors.base import ConnectorKind
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.capabilities import Capabilities

if TYPE_CHECKING:
    from omni_tui.connectors.base import Connector


def _open(name: str, settings: MailSettings, secret: Callable[[], str]) -> Connector:
    from omni_tui.connectors.mail.account import MailConnector

    return MailConnector(name, settings, secret)


def _address(settings: MailSettings) -> str:
    return settings.address


connector = ConnectorKind(
    kind="mail",
    settings=MailSettings,
    capabilities=Capabilities(subject=True, cc=True, media_out=True),
    address=_address,
    open=_open,
)
