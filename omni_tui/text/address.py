"""Mail addresses as identities: one spelling for one mailbox."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from omni_tui.text.hosts import ascii_host

_SPACE_OR_CONTROL = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f<>()\[\],;:\\\"\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff]"
)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NO_REPLY = re.compile(
    r"(?:^|[._+-])(?:no|not|do-?not|donot)[._-]?(?:reply|respond|answer)(?:$|[._+-]|\d)|(?:^|[._+-])nicht[._-]?antworten"
    r"|^(?:mailer-daemon|postmaster|bounces?|notifications?|automailer)$|^bounces?[+-]"
)


_TWO_LEVELS = frozenset(("co", "com", "org", "net", "ac", "gov", "edu", "ne", "or", "go"))


@lru_cache(maxsize=4096)
def normalise_email(address: str) -> str:
    """The address in the one form identities are compared in, or ``''`` if it is none.

    Lower case, no space around it, the domain in IDNA form; dots and ``+tag`` stay, since only some providers
    ignore them. At most 64 octets before the ``@`` and 254 in all (RFC 5321, section 4.5.3.1).
    """
    text = address.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    if text[:7].lower() == "mailto:":
        text = text[7:]
    if len(text) > 512:
        return ""
    local, at, host = text.rpartition("@")
    if not at or not local or _SPACE_OR_CONTROL.search(local) or "@" in local:
        return ""
    host = _ascii_domain(unicodedata.normalize("NFKC", host))
    local = local.lower()
    if not host or len(local.encode()) > 64 or len(local.encode()) + 1 + len(host) > 254:
        return ""
    return f"{local}@{host}"


def comparable(address: str) -> str:
    """:func:`normalise_email`, or what is none in lower case: two of a form are the same."""
    return normalise_email(address) or address.lower()


def domain(address: str) -> str:
    """The domain of a mail address in IDNA form, or ``''`` if it has none."""
    return normalise_email(address).rpartition("@")[2]


@lru_cache(maxsize=4096)
def is_no_reply(address: str) -> bool:
    """Whether the address says that nobody reads what is sent to it."""
    local = normalise_email(address).rpartition("@")[0]
    return bool(local) and _NO_REPLY.search(local) is not None


def _ascii_domain(host: str) -> str:
    host = host.strip().rstrip(".").replace("。", ".")
    try:
        host = ascii_host(host).lower()
    except UnicodeError:
        return ""
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return ""
    return host


def registrable(host: str) -> str:
    """The domain somebody registered, told by the usual form of such names: ``shop.co.uk`` of ``mail.shop.co.uk``."""
    labels = host.strip().strip(".").lower().split(".")
    if len(labels) < 2 or all(label.isdigit() for label in labels) or ":" in host:
        return host.strip().strip(".").lower()
    size = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _TWO_LEVELS else 2
    return ".".join(labels[-size:])
