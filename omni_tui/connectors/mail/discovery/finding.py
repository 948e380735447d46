"""Where the servers of a domain's mail are, for an address of which no provider is known: asked of the domain itself.

In this order: who takes its mail in (MX), for providers that are known by that; its own file for mail programs; its
SRV records (RFC 6186, RFC 8314). Names in DNS prove nothing, so an SRV record counts only where it leads to a host
under the domain itself or of a known provider (RFC 6186, section 6). Nobody else is asked, and the mailbox's own name
is told to nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from omni_tui.connectors.mail.discovery import autoconfig, dns
from omni_tui.connectors.mail.discovery.dns import MX, SRV, Record
from omni_tui.connectors.mail.hosting import is_hosting, preset_for_mx
from omni_tui.connectors.mail.presets import preset_for
from omni_tui.text.address import domain as domain_of
from omni_tui.text.address import registrable

# Names that are nobody's (RFC 2606, RFC 6761, RFC 6762): not worth a question.
_NOBODYS = ("test", "example", "invalid", "localhost", "local", "internal", "example.com", "example.net", "example.org")

AT_MOST_S = 6.0
"""After so long nothing more is asked; what is under way has a time-out of its own."""

P = ParamSpec("P")
T = TypeVar("T")
Ask = Callable[[str, int], tuple[Record, ...]]
Fetch = Callable[[str], bytes]


def find_servers(address: str, ask: Ask | None = None, fetch: Fetch = autoconfig.fetched) -> dict[str, Any]:
    """Settings as for a channel's table; empty if nothing is known. Asks the network, at most some seconds."""
    if preset := preset_for(address):
        return preset
    domain = domain_of(address)
    if not _is_somebodys(domain):
        return {}
    until = time.monotonic() + AT_MOST_S
    asked = _in_time(ask or _by_name_servers(), until, ())
    fetched = _in_time(fetch, until, b"")
    for record in asked(domain, MX):
        if preset := preset_for_mx(record.host):
            return preset
    for url in autoconfig.addresses(domain):
        if found := autoconfig.servers(fetched(url), address):
            return found
    return _by_srv(domain, asked)


def _by_name_servers() -> Ask:
    servers = dns.name_servers()
    return lambda name, kind: dns.ask(name, kind, servers)


def _in_time(ask: Callable[P, T], until: float, otherwise: T) -> Callable[P, T]:
    """``ask``, and ``otherwise`` at once when the time is over."""

    def asked(*args: P.args, **named: P.kwargs) -> T:
        return ask(*args, **named) if time.monotonic() < until else otherwise

    return asked


def _is_somebodys(domain: str) -> bool:
    if "." not in domain or not all(domain.split(".")) or len(domain) > 253:
        return False
    return not any(domain == each or domain.endswith(f".{each}") for each in _NOBODYS)


def _by_srv(domain: str, ask: Ask) -> dict[str, Any]:
    imap = _first(domain, (("_imaps", "tls"), ("_imap", "starttls")), ask)
    smtp = _first(domain, (("_submissions", "tls"), ("_submission", "starttls")), ask)
    if not imap or not smtp:
        return {}
    return {f"imap_{key}": value for key, value in imap.items()} | {f"smtp_{key}": value for key, value in smtp.items()}


def _first(domain: str, services: tuple[tuple[str, str], ...], ask: Ask) -> dict[str, Any]:
    for service, tls in services:
        for record in ask(f"{service}._tcp.{domain}", SRV):
            if registrable(record.host) == registrable(domain) or is_hosting(record.host):
                return {"host": record.host, "port": record.port, "tls": tls}
    return {}
