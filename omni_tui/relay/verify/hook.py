"""A webhook as it came, and what can be said of it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

WINDOW_S = 300
"""How far a signed time may lie from ours (Standard Webhooks, Slack, Stripe, HubSpot: five minutes)."""


@dataclass(frozen=True)
class Hook:
    """One request. ``headers`` have lower-case names; ``url`` is the public one, as the sender was given it."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    at_s: float
    off_s: list[float] = field(default_factory=list, compare=False, repr=False)
    """How far the signed times that were looked at lie outside of what is accepted: for the operator's log."""

    @cached_property
    def query(self) -> Mapping[str, str]:
        """Parameters of the address; of several with one name the first."""
        pairs = parse_qsl(self.url.partition("?")[2].partition("#")[0], keep_blank_values=True, max_num_fields=200)
        return dict(reversed(pairs))

    @cached_property
    def form(self) -> Sequence[tuple[str, str]]:
        """The fields of a form post, in their order. Raises ValueError for what is none."""
        return parse_qsl(self.body.decode("utf-8"), keep_blank_values=True, max_num_fields=2000)

    @cached_property
    def json(self) -> Any:
        """The body read as JSON, None for what is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def at(self, *path: str | int) -> str:
        """A text or number somewhere in the JSON body; empty when it is not there."""
        found = self.json
        for step in path:
            if isinstance(step, str) and isinstance(found, dict):
                found = found.get(step)
            elif isinstance(step, int) and isinstance(found, list) and -len(found) <= step < len(found):
                found = found[step]
            else:
                return ""
        return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""

    def header(self, name: str) -> str:
        """A header by its lower-case name; empty when it was not sent."""
        return self.headers.get(name, "")

    def is_recent(self, stamp: str, *, per_second: int = 1) -> bool:
        """Whether a signed time (in seconds, or so many parts of one) is close enough to ours."""
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 20):
            return False
        return self.is_near(int(stamp) / per_second)

    def is_near(self, at_s: float) -> bool:
        """Whether a signed time (epoch seconds) is close enough to ours."""
        off = abs(self.at_s - at_s)
        if off > WINDOW_S:
            self.off_s.append(off)
        return off <= WINDOW_S

    def digest(self) -> str:
        """What identifies a body whose sender gives it no id: redelivered, it is the same."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is genuine. ``event_id`` is the same when it is delivered again; ``body`` is what to keep.

    ``also`` is what it is known by, too, where the id stands in a header that nobody signed: whoever sends an old
    request again under a new id is still known.
    """

    event_id: str
    body: bytes
    also: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of the provider's own (is this address yours?), with the answer it expects."""

    body: bytes
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Refused:
    """It proves nothing. ``reason`` is for the operator's log and never told to the sender."""

    reason: str


Verdict = Accepted | Answered | Refused


def same(given: str, expected: str) -> bool:
    """Whether two signatures are equal, in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("ascii"))


def hmac_hex(key: str, data: bytes, algorithm: str = "sha256") -> str:
    """The HMAC in hex."""
    return hmac.new(key.encode(), data, algorithm).hexdigest()


def hmac_b64(key: bytes, data: bytes, algorithm: str = "sha256") -> str:
    """The HMAC in base64."""
    return base64.b64encode(hmac.new(key, data, algorithm).digest()).decode("ascii")


def from_base64(text: str) -> bytes | None:
    """The bytes of strict base64, None for anything else."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
