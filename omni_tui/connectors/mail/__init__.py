"""Mail: IMAP in, SMTP out. Importing this loads neither library; opening an account does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omni_tui.connectors.mail.kind import connector as connector
else:

    def __getattr__(name: str) -> Any:
        # A process that reads mails is a module of this package, and starts a tenth sooner without the contract.
        if name != "connector":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from omni_tui.connectors.mail.kind import connector

        return connector
