"""What is known about well-known providers, for skins that connect a channel."""

from __future__ import annotations

from typing import Any


def preset_for(kind: str, address: str) -> dict[str, Any]:
    """Settings of ``address``'s provider, as for a channel's table; empty if it is not known."""
    if kind != "mail":
        return {}
    from omni_tui.connectors.mail import presets

    return presets.preset_for(address)


def find_servers(kind: str, address: str) -> dict[str, Any]:
    """The same, and where the provider is not known what the address's own domain says of its servers.

    Asks the network, for some seconds at most; never on an event loop's thread.
    """
    if kind != "mail":
        return {}
    from omni_tui.connectors.mail.discovery.finding import find_servers as find

    return find(address)


def password_hint(kind: str, host: str) -> str:
    """What the provider behind ``host`` wants as a password, if that is something special."""
    if kind != "mail":
        return ""
    from omni_tui.connectors.mail import presets

    return presets.password_hint(host)
