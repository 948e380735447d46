"""Where the providers' authorization servers are and what they call access to mail, from their public documentation."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from omni_tui.connectors.mail.settings import MailSettings, is_loopback
from omni_tui.model.errors import Permanent
from omni_tui.text.i18n import _

_GOOGLE = "https://accounts.google.com/o/oauth2/v2/auth"
_GOOGLE_TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105  an address
_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"

# Nothing listens there: the browser shows an error, and its address bar has what we need (RFC 8252, section 7.3).
_LOOPBACK = "http://127.0.0.1:8765"
# Microsoft takes any port of this name where http://localhost is registered, and does not let the address be.
_LOCALHOST = "http://localhost:8765"


@dataclass(frozen=True, slots=True)
class Provider:
    """``device_url`` is empty where the device flow gives no access to mail (Google), or is not wanted: there a page is
    opened, which leads to ``redirect`` and is asked with ``extra``.
    """

    title: str
    authorize_url: str
    token_url: str
    device_url: str
    scope: str
    redirect: str
    extra: tuple[tuple[str, str], ...]


def provider_of(settings: MailSettings) -> Provider:
    """The channel's provider. Raises ``Permanent`` if the channel names none or an address that is not safe."""
    if not settings.oauth:
        raise Permanent(_("This channel signs in with a password."), _('Set oauth = "google" or "microsoft".'))
    base = settings.oauth_url.rstrip("/")
    if base:
        _refuse_unsafe(base)
    if settings.oauth == "google":
        return Provider(
            title="Google",
            authorize_url=f"{base}/authorize" if base else _GOOGLE,
            token_url=f"{base}/token" if base else _GOOGLE_TOKEN,
            device_url="",
            scope="https://mail.google.com/",
            redirect=_LOOPBACK,
            extra=(("access_type", "offline"), ("prompt", "consent")),
        )
    base = base or _MICROSOFT.format(tenant=settings.oauth_tenant)
    return Provider(
        title="Microsoft",
        authorize_url=f"{base}/authorize",
        token_url=f"{base}/token",
        device_url="" if settings.oauth_flow == "page" else f"{base}/devicecode",
        scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        redirect=_LOCALHOST,
        extra=(("prompt", "select_account"),),
    )


def _refuse_unsafe(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise Permanent(
            _("oauth_url must begin with https://"), _("What is agreed there must not cross a network unencrypted.")
        )
