"""Signing in to a channel with its provider, for the skins: what to show a person, and the secret that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from omni_tui.config.problems import refused
from omni_tui.connectors.mail.oauth import agreeing
from omni_tui.connectors.mail.oauth.agreeing import CodePage, OpenPage
from omni_tui.connectors.mail.oauth.provider import Provider, provider_of
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.engine.channels import read_channel
from omni_tui.model.errors import UsageError
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in under way. ``page`` is what the person needs: a page with a code, or one to open."""

    provider: Provider
    client_id: str
    page: CodePage | OpenPage

    @property
    def user_code(self) -> str:
        """What to type into the page; empty where there is nothing to type."""
        return self.page.user_code if isinstance(self.page, CodePage) else ""

    def wait(self) -> str:
        """The secret, once the person has typed the code. Raises ``ChannelError``."""
        assert isinstance(self.page, CodePage)
        return agreeing.wait_for_code(self.provider, self.client_id, self.page).dump()

    def take(self, pasted: str, client_secret: str) -> str:
        """The secret for the address the page ended on. Raises ``UsageError`` or ``ChannelError``."""
        assert isinstance(self.page, OpenPage)
        return agreeing.take_pasted(self.provider, self.client_id, client_secret, self.page, pasted).dump()


def begin(name: str, table: Mapping[str, Any]) -> SignIn:
    """Begin for a channel with this table. Raises ``ConfigError``, ``UsageError``, ``ChannelError``."""
    channel, problems = read_channel(name, table, str, _("channel {name}").format(name=name))
    if channel is None:
        raise refused(problems)
    settings = channel.settings
    if not isinstance(settings, MailSettings) or not settings.oauth:
        raise UsageError(
            _("Channel {name} does not sign in with a provider.").format(name=name),
            _('Set oauth = "google" or "microsoft" in its table, or give it a password.'),
        )
    if not settings.oauth_client_id:
        raise UsageError(
            _("The program's registration with the provider is missing (oauth_client_id)."),
            _("Register one as docs/email.md says, and set oauth_client_id in the channel's table."),
        )
    provider = provider_of(settings)
    if provider.device_url:
        return SignIn(provider, settings.oauth_client_id, agreeing.code_page(provider, settings.oauth_client_id))
    page = agreeing.open_page(provider, settings.oauth_client_id, settings.login)
    return SignIn(provider, settings.oauth_client_id, page)
