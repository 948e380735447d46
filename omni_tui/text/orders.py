"""Order numbers as people name them: ``order LF-20931``, ``Bestellung Nr. 4711``, ``订单号：20931``."""

from __future__ import annotations

import re
from functools import cache

LOOKED_AT = 5_000
"""Characters of one text; a number further down is in what somebody pasted."""

_FIGURE = re.compile("[0-9]")
_WORDS = ("order", "bestell", "auftrag", "订", "訂")


@cache
def _named() -> re.Pattern[str]:
    # Every repeat is bounded, so no text makes it slow.
    return re.compile(
        r"(?:\border(?:[ ](?:number|no|nr|id)\b\.?)?|\bbestell(?:ung|nummer|nr\b\.?)(?:[ ]n(?:umme)?r\b\.?)?"
        r"|\bauftrag(?:s?nummer|s?nr\b\.?)?|[订訂][单單](?:[编編]?[号號])?)"
        r"(?:[ ]?(?:is|ist|lautet|是|为|為)\b)?[ \n]{0,3}[:：#(（\"“]{0,2}[ ]{0,3}[#]?"
        r"(?!\d{4}-\d\d-\d\d)(?=[a-z-]{0,12}\d)([a-z0-9][a-z0-9-]{2,29})(?![a-z0-9])",
        re.IGNORECASE | re.ASCII,
    )


def last_order(text: str) -> str:
    """The order number ``text`` names last, empty for none. What is quoted counts only where nothing else names one."""
    text = text[:LOOKED_AT]
    if not _may_name(text):
        return ""
    own = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))
    for part in (own, text) if own != text else (own,):
        found = _named().findall(part)
        if found:
            return str(found[-1]).rstrip("-")
    return ""


def _may_name(text: str) -> bool:
    """Whether a closer look is worth it: at most texts it is not, and this takes a tenth of the time."""
    if not _FIGURE.search(text):
        return False
    lowered = text.lower()
    return any(word in lowered for word in _WORDS)


def orders_in(text: str) -> tuple[str, ...]:
    """The order numbers ``text`` names, in their order and each once, quoted ones among them."""
    return tuple(dict.fromkeys(str(found).rstrip("-") for found in _named().findall(text[:LOOKED_AT])))
