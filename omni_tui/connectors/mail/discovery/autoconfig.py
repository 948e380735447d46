"""A domain's own word on where its mail servers are: the file that mail programs look for (Mozilla's config-v1.1.xml).

Only over HTTPS and only from the domain itself: what comes from there is as true as its web site.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

WAIT_S = 3.0
LONGEST = 65_536
_TLS = {"SSL": "tls", "STARTTLS": "starttls"}


def addresses(domain: str) -> tuple[str, ...]:
    """Where the file may lie, as Thunderbird looks for it. The mailbox's own name is told to nobody."""
    return (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    )


def fetched(url: str) -> bytes:
    """The file at ``url``; empty where there is none, or it does not come in time."""
    import httpx

    until = time.monotonic() + WAIT_S
    try:
        with httpx.stream("GET", url, timeout=WAIT_S, follow_redirects=False) as answer:
            if answer.status_code != 200:
                return b""
            held = bytearray()
            for piece in answer.iter_bytes():
                held += piece
                # The time-out of httpx is for each piece: a server may send one in every second for days.
                if len(held) > LONGEST or time.monotonic() > until:
                    return b""
            return bytes(held)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
        return b""


def servers(document: bytes, address: str) -> dict[str, Any]:
    """What the file says of an encrypted IMAP and an encrypted submission server, as for a channel's table.

    Empty where it names no such pair. Nothing in it is expanded or loaded: a file that declares entities is not read.
    """
    from xml.etree import ElementTree

    # A NUL: UTF-16, in which the test for a DTD would see none.
    if (
        b"\0" in document
        or b"<!" in document.replace(b"<!--", b"").replace(b"<![CDATA[", b"")
        or len(document) > LONGEST
    ):
        return {}
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - without a DTD there are no entities to expand
    except (ElementTree.ParseError, ValueError, LookupError):
        return {}
    provider = root if root.tag == "emailProvider" else root.find("emailProvider")
    if provider is None:
        return {}
    filled = _filler(address)
    incoming = next(_usable(provider, "incomingServer", "imap", filled), None)
    outgoing = next(_usable(provider, "outgoingServer", "smtp", filled), None)
    if incoming is None or outgoing is None:
        return {}
    found = {f"imap_{key}": value for key, value in incoming.items() if key != "login"}
    found |= {f"smtp_{key}": value for key, value in outgoing.items() if key != "login"}
    login = incoming["login"]
    if login and login != address:
        found["username"] = login
    if outgoing["login"] and outgoing["login"] != (login or address):
        found["smtp_username"] = outgoing["login"]
    return found


def _filler(address: str) -> Callable[[str], str]:
    local, _at, domain = address.rpartition("@")
    marks = {"%EMAILADDRESS%": address, "%EMAILLOCALPART%": local, "%EMAILDOMAIN%": domain}

    def filled(text: str) -> str:
        for mark, value in marks.items():
            text = text.replace(mark, value)
        return text.strip()

    return filled


def _usable(provider: Element, kind: str, protocol: str, filled: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    for server in provider.findall(kind):
        tls = _TLS.get((server.findtext("socketType") or "").strip().upper())
        host, port = filled(server.findtext("hostname") or "").lower(), (server.findtext("port") or "").strip()
        if server.get("type") != protocol or tls is None or not _is_host(host):
            continue
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            continue
        login = filled(server.findtext("username") or "")
        yield {"host": host, "port": int(port), "tls": tls, "login": login if login.isprintable() else ""}


def _is_host(host: str) -> bool:
    labels = host.split(".")
    return len(labels) > 1 and all(label and label.replace("-", "a").isalnum() and label.isascii() for label in labels)
