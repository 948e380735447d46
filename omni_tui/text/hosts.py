"""Names of hosts as the network knows them."""

from __future__ import annotations

import re
import unicodedata

_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_OWN_LETTERS = re.compile("[ßẞς]")


def ascii_host(host: str) -> str:
    """``host`` in ASCII (IDNA). Raises UnicodeError where that cannot be a host's name.

    ß and ς are letters of their own (UTS 46, non-transitional processing), as they are to browsers and mail programs:
    Python's codec writes ss and σ for them, which is the name of somebody else's host.
    """
    return host if host.isascii() else ".".join(map(_label, _DOTS.split(host)))


def _label(label: str) -> str:
    written = label.encode("idna").decode("ascii")
    if not _OWN_LETTERS.search(label):
        return written
    # Letter by letter: of a whole word Python makes the last sigma a final one.
    plain = unicodedata.normalize("NFKC", "".join(letter.lower() for letter in label))
    written = "xn--" + plain.encode("punycode").decode("ascii")
    if len(written) > 63:
        raise UnicodeError("label too long")
    return written
