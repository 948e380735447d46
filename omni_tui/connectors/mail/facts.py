"""What a mail tells beyond its text, as the model has it, and what our own server's word on its sender is worth."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from omni_tui.model.events import RemoteMessage
from omni_tui.model.facts import NO_FACTS, Card, Delivery, Facts, Invite, Sealing, SenderWarning, Verdict
from omni_tui.text.mail import ParsedMail
from omni_tui.text.mail.authentication import trusted_domains, verdict

if TYPE_CHECKING:
    from omni_tui.connectors.mail.settings import MailSettings


def facts_of(mail: ParsedMail) -> Facts:
    """Everything but the verdict, which depends on whom the mailbox trusts."""
    if not (mail.warnings or mail.invites or mail.cards or mail.report or mail.sealings):
        return NO_FACTS
    recipients = mail.report.recipients if mail.report else ()
    return Facts(
        warnings=tuple(SenderWarning(each.kind, each.detail) for each in mail.warnings),
        invites=tuple(Invite(**asdict(each)) for each in mail.invites),
        cards=tuple(Card(**asdict(each)) for each in mail.cards),
        deliveries=tuple(Delivery(**asdict(each)) for each in recipients),
        sealings=tuple(Sealing(each.kind) for each in mail.sealings),
    )


def judged(message: RemoteMessage, settings: MailSettings) -> RemoteMessage:
    """The message with the verdict of the mailbox's own server.

    A pass vouches for the sender only where that server is known to write such headers and to remove forged ones: a
    provider we know, or one named in ``auth_servers``. Elsewhere a sender could write the only one there is.
    """
    if not message.authentication:
        return message
    from omni_tui.connectors.mail.presets import is_known_host  # who only reads mails judges none

    found = verdict(message.authentication, settings.auth_servers, trusted_domains(settings.imap_host))
    if not (found.dmarc or found.dkim or found.spf):
        return replace(message, authentication=())
    sure = bool(settings.auth_servers) or is_known_host(settings.imap_host)
    return replace(
        message,
        authentication=(),
        facts=replace(message.facts, verdict=Verdict(**asdict(found))),
        vouched=found.dmarc == "pass" and sure,
    )
