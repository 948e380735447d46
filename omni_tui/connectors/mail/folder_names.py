"""The folders of an account as its server lists them, whatever it writes for a name."""

from __future__ import annotations

from dataclasses import dataclass

from imapclient.imap_utf7 import decode, encode


@dataclass(frozen=True, slots=True)
class FolderName:
    """A folder in the server's list; ``flags`` in lower case."""

    name: str
    flags: frozenset[bytes]
    delimiter: str


def listed(flags: tuple[bytes, ...], delimiter: bytes | None, name: bytes | str) -> FolderName:
    """One entry of the list.

    A name that is not written as RFC 3501, section 5.1.3, says cannot be asked for: such a folder is never opened.
    """
    raw = name if isinstance(name, bytes) else name.encode()
    try:
        text = decode(raw)
        opens = encode(text) == raw
    except UnicodeError:
        text, opens = raw.decode("utf-8", "replace"), False
    found = frozenset(flag.lower() for flag in flags)
    return FolderName(text, found if opens else found | {b"\\noselect"}, (delimiter or b"/").decode("ascii", "replace"))
