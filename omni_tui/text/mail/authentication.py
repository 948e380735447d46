"""What our own mail server found out about a sender: SPF, DKIM and DMARC (RFC 8601).

Anybody can write such a header into a mail, so only those count that name a server we trust, and of these only the
topmost: a server puts its own above what came with the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from omni_tui.text.address import registrable

MAX_HEADERS = 50
MAX_LENGTH = 4_000

# Comments are left out first; possessive, so that nothing is tried twice.
_COMMENT = re.compile(r"\([^()]*+\)")
_ID = re.compile(r"\s*([\w.:/-]{1,255}+)(?:\s+\d+)?\s*(?:;|$)")
_RESULT = re.compile(r"(?:^|[;\s])(spf|dkim|dmarc)(?:/\d+)?\s*=\s*([a-z]{2,20})\b", re.IGNORECASE)
_RESULTS = frozenset(("pass", "fail", "softfail", "neutral", "none", "policy", "permerror", "temperror", "hardfail"))
# Where a provider's mail servers go by another domain than its IMAP server; Microsoft's headers name no server at all.
_OTHER_DOMAINS = {
    "gmail.com": ("google.com",),
    "googlemail.com": ("google.com",),
    "office365.com": ("protection.outlook.com", ""),
    "outlook.com": ("protection.outlook.com", ""),
    "me.com": ("icloud.com",),
    "fastmail.com": ("messagingengine.com",),
    "ymail.com": ("yahoo.com",),
    "gmx.net": ("gmx.net", "gmx.com"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``server`` says of each method: ``pass``, ``fail``, ``softfail``, ``none``…, ``''`` for nothing."""

    server: str = ""
    dmarc: str = ""
    dkim: str = ""
    spf: str = ""


def trusted_domains(imap_host: str) -> tuple[str, ...]:
    """The domains under which the servers of a mailbox may speak, learned from where it is read."""
    own = registrable(imap_host)
    return tuple(dict.fromkeys((own, *_OTHER_DOMAINS.get(own, ())))) if own else ()


def verdict(headers: Sequence[str], servers: Iterable[str] = (), domains: Iterable[str] = ()) -> Verdict:
    """The verdict in ``headers`` (values of Authentication-Results, topmost first).

    ``servers`` are names a person trusts, ``domains`` those learned: anything below them counts. A provider that
    spreads its verdict over several names has them all in ``servers``, and of each the topmost counts.
    """
    exact = frozenset(name.strip().lower() for name in servers)
    below = tuple(domain.lower() for domain in domains)
    found: dict[str, str] = {}
    seen: set[str] = set()
    speaker = ""
    for value in headers[:MAX_HEADERS]:
        name, results = read(value)
        known = name in exact if exact else any(name == domain or name.endswith(f".{domain}") for domain in below)
        # An empty domain in the list trusts headers without a name, not every name there is.
        if not known or name in seen or (not name and "" not in below):
            continue
        seen.add(name)
        speaker = speaker or name
        for method, result in results.items():
            found.setdefault(method, result)
        if not exact:
            break
    return Verdict(speaker, found.get("dmarc", ""), found.get("dkim", ""), found.get("spf", ""))


def read(value: str) -> tuple[str, dict[str, str]]:
    """Who speaks in one header, and the result per method; one ``pass`` among several signatures is a pass."""
    text = value[:MAX_LENGTH]
    while (shorter := _COMMENT.sub(" ", text)) != text and len(shorter) < len(text):
        text = shorter
        if "(" not in text:
            break
    match = _ID.match(text)
    name = match[1].lower().rstrip(".") if match is not None and "=" not in match[1] else ""
    results: dict[str, str] = {}
    for method, result in _RESULT.findall(text[match.end() - 1 :] if match is not None and name else text):
        method, result = method.lower(), result.lower()
        if result in _RESULTS and results.get(method) != "pass":
            results[method] = "fail" if result == "hardfail" else result
    return name, results
