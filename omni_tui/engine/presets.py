"""What is known about well-known providers, for skins that connect a channel."""

from __future__ import annotations

from typing import Any


def preset_for(kind: str, address: str) -> dict[str, Any]:
    """Settings of ``address``'s provider, as for a channel's table; empty if it is not known."""
    if kind != "mail":
        return {}
    from omni_tui.connectors.mail import presets

    return presets.preset_for(address)


def password_hint(kind: str, host: str) -> str:
    """What the provider behind ``host`` wants as a password, if that is something special."""
    if kind != "mail":
        return ""
    from omni_tui.connectors.mail import presets

    return presets.password_hint(host)
