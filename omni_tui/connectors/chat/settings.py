"""The table of a live-chat channel."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.connectors.relay_address import check_relay_address
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class ChatChannelSettings:
    """``relay`` is the relay's address, ``chat`` the name of the chat there; the password is the relay's token.

    How the chat looks and who may open it stands in the relay's own configuration.
    """

    relay: str
    chat: str

    def __post_init__(self) -> None:
        check_relay_address(self.relay)
        if not self.chat:
            raise ValueError(_("chat names a chat of the relay"))
