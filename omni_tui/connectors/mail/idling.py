"""IDLE (RFC 2177) over imapclient, ended by the server, the clock, or whoever has something else to do."""

from __future__ import annotations

import imaplib
import select
from typing import Any


def idle(client: Any, seconds: float, wake: int) -> bool | None:
    """True when the server told of a change in the open folder, False when the time is over or ``wake`` can be read.

    None if the server will not. Raises what imaplib raises for a connection that is dead.
    """
    imap = client._imap
    imap.untagged_responses.clear()
    tag = client._idle_tag = imap._command("IDLE")
    while imap._get_response() is not None:
        if imap.tagged_commands[tag] is not None:
            del imap.tagged_commands[tag]
            return None
    before = "EXISTS" in imap.untagged_responses
    # What came in one packet with the "go ahead" is in imaplib's buffer, where no select sees it.
    told = _lines_there(client)
    if not told and not before:
        select.select([client.socket(), wake], [], [], seconds)
        told = _lines_there(client)
    _words, more = client.idle_done()
    return before or bool(more) or any(word in line for line in told for word in (b"EXISTS", b"FETCH", b"VANISHED"))


def _lines_there(client: Any) -> list[bytes]:
    """The lines that have arrived, without waiting for one. A connection that ended looks as if there were none."""
    lines: list[bytes] = []
    sock = client.socket()
    sock.setblocking(False)
    try:
        while True:
            lines.append(client._imap._get_line())
    except (OSError, imaplib.IMAP4.abort):
        return lines
    finally:
        client._set_read_timeout()
