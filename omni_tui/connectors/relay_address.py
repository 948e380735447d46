"""Which addresses a relay may have."""

from __future__ import annotations

from omni_tui.text.i18n import _


def check_relay_address(address: str) -> None:
    """Raise ``ValueError`` unless a token may be sent there: over TLS, or to this host."""
    if not address.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        raise ValueError(_("relay must be an https:// address (http:// only on this host)"))
