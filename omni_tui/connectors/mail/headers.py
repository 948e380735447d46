"""Writes header fields (RFC 5322, RFC 2047) of which no value can begin another field.

The standard library's folding encodes long Message-IDs, which breaks threading, and misplaces quotes; these few
fields are simple enough to be written exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.header import Header

from omni_tui.model.address import Address
from omni_tui.model.errors import Permanent
from omni_tui.text.hosts import ascii_host
from omni_tui.text.i18n import _

MAX_REFERENCES = 1000
"""Octets of a References field; beyond them the middle is left out."""

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_MESSAGE_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{1,800}")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}|\"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e]){1,62}\"")
# RFC 6531, section 3.3: letters of any script, for servers that offer SMTPUTF8.
_LOCAL_UTF8 = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\w-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.?|\[[0-9A-Fa-f.:IPv]{2,60}\]")


def one_line(value: str) -> str:
    """The value with every control character and line break turned into a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def text_field(name: str, value: str) -> str:
    """An unstructured field such as Subject, encoded where it must be, folded at 76 columns."""
    value = one_line(value)
    if value.isascii() and "=?" not in value and all(len(word) < 400 for word in value.split(" ")):
        return _fold(name, value.split(" "))
    return f"{name}: {encoded_words(value, len(name) + 2)}\r\n"


def address_field(name: str, addresses: Iterable[Address]) -> str:
    """A list of mailboxes, one a line. Raises ``Permanent`` for an address that no mail can carry."""
    return f"{name}: " + ",\r\n ".join(mailbox(each) for each in addresses) + "\r\n"


def mailbox(address: Address) -> str:
    """``Name <local@domain>``, the name quoted or encoded as it needs."""
    spec = addr_spec(address.address)
    name = one_line(address.name)
    if not name:
        return spec
    if not name.isascii() or "=?" in name or len(name) > 60:
        return f"{encoded_words(name, 12)}\r\n <{spec}>"
    if not _ATOMS.fullmatch(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{spec}>"


def addr_spec(address: str) -> str:
    """The address as SMTP and headers take it, its domain in ASCII; before the ``@`` letters of any script may stand.

    Raises ``Permanent`` if it is none.
    """
    local, _at, domain = address.rpartition("@")
    try:
        domain = ascii_host(domain)
    except UnicodeError:
        domain = ""
    written = _LOCAL.fullmatch(local) or (_LOCAL_UTF8.fullmatch(local) and len(local.encode("utf-8", "replace")) <= 64)
    if not (written and _DOMAIN.fullmatch(domain)):
        raise Permanent(
            _("{address} is not an address mail can be sent to").format(address=repr(address)),
            _("Correct the recipient's address."),
        )
    return f"{local}@{domain}"


def ids_field(name: str, keys: Iterable[str]) -> str:
    """Message-IDs, oldest first, one a line; empty if none can be written.

    Of a long list the first and as many of the last as fit are kept (RFC 5322, section 3.6.4).
    """
    ids = [f"<{key}>" for key in keys if _MESSAGE_ID.fullmatch(key)]
    if not ids:
        return ""
    room = MAX_REFERENCES - len(ids[0])
    kept: list[str] = []
    for each in reversed(ids[1:]):
        room -= len(each) + 3
        if room < 0 and kept:
            break
        kept.insert(0, each)
    return f"{name}: " + "\r\n ".join([ids[0], *kept]) + "\r\n"


def encoded_words(value: str, used: int) -> str:
    """The value as encoded words (RFC 2047), folded; ``used`` columns of the first line are taken."""
    return Header(value, "utf-8", maxlinelen=75, header_name="x" * max(1, used - 2)).encode(linesep="\r\n")


def _fold(name: str, words: list[str]) -> str:
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > 76 and lines[-1].strip() and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"
