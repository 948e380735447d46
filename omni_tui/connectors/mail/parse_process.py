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

from omni_tui.connectors.mail.message import read_values, unparsed_mail
from omni_tui.connectors.mail.parse_wire import message_values, pack, unpack
from omni_tui.model.events import Words
from omni_tui.text.findable import cut
from omni_tui.text.i18n import _
from omni_tui.text.known_words import Vocabulary

READY = "ready"
SECONDS = 5.0
GARBAGE = 20_000
"""Objects between two looks for garbage in circles: a mail makes many objects and no circle."""
MEMORY = 512 * 1024 * 1024
REMEMBERED = 50_000
"""Words that are remembered as told: some 10 MB."""


def main() -> None:
    """Answer every mail of every frame with a frame of its own, in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the engine, which ends us
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 20)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    told = Vocabulary()
    # Whoever asked may be gone at any moment.
    with contextlib.suppress(EOFError, BrokenPipeError):
        answers.write(pack(READY))
        answers.flush()
        while True:
            for raw, locator, receipt_at, unreadable in unpack(asked.read):
                signal.setitimer(signal.ITIMER_PROF, SECONDS)
                answer = _answer(raw, locator, receipt_at, unreadable, told)
                signal.setitimer(signal.ITIMER_PROF, 0)
                answers.write(pack(answer))
                answers.flush()


def _answer(raw: bytes, locator: str, receipt_at: int, unreadable: str, told: Vocabulary) -> dict[str, Any]:
    try:
        values = read_values(raw, unreadable)
        values["words"] = [Words.__name__, *_words(values, told)]
        return values
    except MemoryError:
        told.forget()  # what it had just noted may not be told
        reason = _("Reading this mail took more than {count} MB of memory.").format(count=MEMORY >> 20)
        return message_values(unparsed_mail(raw, locator, receipt_at, unreadable or reason))


def _words(values: dict[str, Any], told: Vocabulary) -> tuple[int, str, str, bool, str, str]:
    """What a message is found by, from its values as a frame carries them.

    Its beginnings are those that were not ``told`` yet, and are told by this; before them, whether nothing was.
    """
    parties = [
        (name, address) for _kind, address, name in (values["author"], *values.get("to", ()), *values.get("cc", ()))
    ]
    files = [file[1] for file in values.get("attachments", ())]
    if told.is_beyond(REMEMBERED):
        told.forget()
    found = cut(values.get("subject", ""), parties, files, values["text"], told.stems)
    is_first, new = told.is_new(), told.tell(found.beginnings)
    return found.version, found.tokens, found.sender, is_first, " ".join(new), found.lead


if __name__ == "__main__":
    main()
