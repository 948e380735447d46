"""Subjects: what is left without reply and forward marks, and the reference number in them."""

from __future__ import annotations

import re

_PREFIX = re.compile(
    r"\s*(?:(?:re|fwd?|fw|aw|wg|sv|vs|vb|ref|rif|tr|rv|enc|antw|odp|pd|ynt|ilt|回复|答复|回覆|答覆|转发|轉寄|轉發|返信|転送|회신|전달)"
    r"\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|\d{1,3})?\s*[:：])\s*",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\[#(\d{1,15})\]")


def base_subject(subject: str) -> str:
    """The subject without any reply or forward marks before it and without its reference number."""
    text = _REFERENCE.sub("", subject) if "[#" in subject else subject
    position = 0
    if ":" in text or "：" in text:  # each mark ends with one, and most subjects have none
        while match := _PREFIX.match(text, position):
            position = match.end()
    return " ".join(text[position:].split())


def reference_number(subject: str) -> int | None:
    """The conversation's number from the first ``[#1042]`` in the subject."""
    match = _REFERENCE.search(subject) if "[#" in subject else None
    return int(match[1]) if match is not None else None
