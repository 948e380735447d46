"""How ``doctor``'s events prove themselves to a relay: both sides build the same signature.

The key is the hash of the engine's token, which the relay has and nobody else. It is good for nothing but a probe,
and a probe never becomes a message.
"""

from __future__ import annotations

import hashlib
import hmac

HEADER = "x-omni-probe"
"""``t=SECONDS,v1=HEX``."""
CONTENT_TYPE = "application/vnd.omni-tui.probe+json"
"""What an event of the queue is known by; connectors never see one."""


def token_hash(token: str) -> str:
    """What a relay keeps of a token. One is 256 random bits: a plain hash is as safe as a slow one."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def signature(kept_hash: str, stamp: str, source: str, body: bytes) -> str:
    """HMAC-SHA256 over time, source and body."""
    return hmac.new(kept_hash.encode(), f"{stamp}.{source}.".encode() + body, hashlib.sha256).hexdigest()
