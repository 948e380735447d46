"""The process that reads mails: what a mail makes of it, it makes of nothing else.

Started anew, never forked. It gets no secret, holds no connection, and ends when its standard input does. Each mail
has ``SECONDS`` of processor time, then the kernel ends the process; memory beyond ``MEMORY`` is refused.
"""

from __future__ import annotations

import contextlib
import gc
import resource
import signal
import sys
from typing import Any

from omni_tui.connectors.mail.message import read_mail, unparsed_mail
from omni_tui.connectors.mail.parse_wire import message_values, pack, unpack, values_of
from omni_tui.model.events import RemoteMessage, Words
from omni_tui.text.findable import cut
from omni_tui.text.i18n import _

READY = "ready"
SECONDS = 5.0
GARBAGE = 20_000
"""Objects between two looks for garbage in circles: a mail makes many objects and no circle."""
MEMORY = 512 * 1024 * 1024


def main() -> None:
    """Answer every mail of every frame with a frame of its own, in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the engine, which ends us
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 20)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    # Whoever asked may be gone at any moment.
    with contextlib.suppress(EOFError, BrokenPipeError):
        answers.write(pack(READY))
        answers.flush()
        while True:
            for raw, locator, receipt_at, unreadable in unpack(asked.read):
                signal.setitimer(signal.ITIMER_PROF, SECONDS)
                answer = _answer(raw, locator, receipt_at, unreadable)
                signal.setitimer(signal.ITIMER_PROF, 0)
                answers.write(pack(answer))
                answers.flush()


def _answer(raw: bytes, locator: str, receipt_at: int, unreadable: str) -> dict[str, Any]:
    try:
        message = read_mail(raw, locator=locator, receipt_at=receipt_at, unreadable=unreadable)
        return message_values(message) | {"words": values_of(_words(message))}
    except MemoryError:
        reason = _("Reading this mail took more than {count} MB of memory.").format(count=MEMORY >> 20)
        return message_values(unparsed_mail(raw, locator, receipt_at, unreadable or reason))


def _words(message: RemoteMessage) -> Words:
    parties = ((each.name, each.address) for each in (message.author, *message.to, *message.cc))
    return Words(*cut(message.subject, parties, (file.name for file in message.attachments), message.text))


if __name__ == "__main__":
    main()
