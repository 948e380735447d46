"""What a kind of channel can do: the screen hides what it cannot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """``reply_window_s`` is None where answering is never too late; ``max_chars`` None where nothing is cut.

    ``send_dedupe`` tells that the server itself refuses a second copy with the same key: only then may an
    uncertain send be repeated without asking. ``typing``: both sides see the other write. ``seen_receipts``: the
    customer is shown what we have seen. ``claims``: an address a customer names is their claim, and proves nothing.
    ``shows_answers``: what such a customer is answered by mail is shown where they asked, too.
    """

    subject: bool = False
    cc: bool = False
    media_out: bool = False
    edits: bool = False
    delivery_receipts: bool = False
    read_receipts: bool = False
    typing: bool = False
    seen_receipts: bool = False
    claims: bool = False
    shows_answers: bool = False
    markup: bool = False
    send_dedupe: bool = False
    reply_window_s: int | None = None
    max_chars: int | None = None
