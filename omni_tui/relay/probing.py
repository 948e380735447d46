"""``doctor``'s probes: events that prove the way from the public address to the engine, and become nothing else."""

from __future__ import annotations

import re
import time

from omni_tui.connectors.probe_mark import CONTENT_TYPE, HEADER
from omni_tui.relay.events import Arrived
from omni_tui.relay.tokens import Tokens
from omni_tui.relay.verify.hook import Hook

MOST_BYTES = 1024
_MARK = re.compile(r"t=(\d{1,19}),v1=([0-9a-f]{64})")


def probe_of(hook: Hook, source: str, tokens: Tokens) -> Arrived | None:
    """The event to take in; None unless it was signed, just now, with a token that may fetch."""
    found = _MARK.fullmatch(hook.header(HEADER))
    if found is None or hook.method != "POST" or not hook.is_recent(found[1]):
        return None
    now = time.time_ns() // 1_000_000
    if not tokens.signed_probe(found[1], source, hook.body, found[2], now):
        return None
    return Arrived(source, f"probe:{found[2]}", CONTENT_TYPE, hook.body, now)
