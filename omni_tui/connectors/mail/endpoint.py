"""One server of a channel: where it is, how it is secured, who logs in."""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from omni_tui.connectors.mail.settings import IMAP_PORTS, SMTP_PORTS, MailSettings, Tls, is_loopback
from omni_tui.model.errors import Permanent
from omni_tui.text.i18n import _

_one_reads = threading.Lock()
"""The others wait for what one of them reads anyway."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``service`` is the protocol's name for sentences; ``timeout_s`` the longest silence."""

    service: Literal["IMAP", "SMTP"]
    host: str
    port: int
    tls: Tls
    login: str
    ca_file: str
    allow_plaintext: bool
    timeout_s: float
    oauth: bool = False
    """What logs in is an access token."""


def imap_endpoint(settings: MailSettings) -> Endpoint:
    """Where the mailbox is."""
    return Endpoint(
        service="IMAP",
        host=settings.imap_host,
        port=settings.imap_port or IMAP_PORTS[settings.imap_tls],
        tls=settings.imap_tls,
        login=settings.login,
        ca_file=settings.ca_file,
        allow_plaintext=settings.allow_plaintext,
        timeout_s=settings.timeout_s,
        oauth=bool(settings.oauth),
    )


def smtp_endpoint(settings: MailSettings) -> Endpoint:
    """Where answers leave."""
    return Endpoint(
        service="SMTP",
        host=settings.smtp_host,
        port=settings.smtp_port or SMTP_PORTS[settings.smtp_tls],
        tls=settings.smtp_tls,
        login=settings.smtp_login,
        ca_file=settings.ca_file,
        allow_plaintext=settings.allow_plaintext,
        timeout_s=settings.timeout_s,
        oauth=bool(settings.oauth),
    )


def refuse_plaintext(endpoint: Endpoint) -> None:
    """Raises ``Permanent`` where the password would cross a network unencrypted."""
    if endpoint.tls == "none" and not endpoint.allow_plaintext and not is_loopback(endpoint.host):
        raise Permanent(
            _("{service}: the password would go to {host} unencrypted").format(
                service=endpoint.service, host=endpoint.host
            ),
            _('Set {key} = "tls" or "starttls"; or allow_plaintext = true if you must.').format(
                key=f"{endpoint.service.lower()}_tls"
            ),
        )


def tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    """The system's certificates and those of ``ca_file``. Raises ``Permanent`` if that cannot be read.

    Not to be changed: connections share it until one of the files is another one.
    """
    system = ssl.get_default_verify_paths()
    files = tuple((path, _stamp(path)) for path in (system.cafile, system.capath, endpoint.ca_file) if path)
    with _one_reads:
        try:
            return _context(endpoint.ca_file, files)
        except (OSError, ssl.SSLError) as error:
            reason = getattr(error, "strerror", None) or _("it holds no certificate in PEM form")
            raise Permanent(
                _("ca_file {path} cannot be used: {reason}").format(path=endpoint.ca_file, reason=reason),
                _("It must be a readable PEM file (-----BEGIN CERTIFICATE-----)."),
            ) from error


@lru_cache(maxsize=8)
def _context(ca_file: str, _files: tuple[tuple[str, tuple[int, ...]], ...]) -> ssl.SSLContext:
    # The system's certificates, of which there are many, take longer to read than a connection to greet.
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _stamp(path: str) -> tuple[int, ...]:
    """What changes when the file, or what is in the folder, does; nothing for one that is not there."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns
