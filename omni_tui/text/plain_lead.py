"""Beginnings of texts in which nothing can belong to a quote or a signature: most need no look line by line."""

from __future__ import annotations

import re

_BLANK_LINE = re.compile(r"\n[ \t\xa0\u202f]*\n")
# What a line must have, or begin with, for ``text.quotes`` to take it for more than its writer's words.
_SUSPECTS = (":", "：", ">", "＞", "|", "写道", "書きました", "自我的", "forwarded message")
_RULED = re.compile(r"\n\s*[-_=*—─]{2}")


def plain_paragraphs(text: str, least: int) -> str:
    """The first paragraphs of ``text``, at least ``least`` characters, if nothing in them looks like more; else ``""``.

    A blank line follows them, and what introduces a quote further down reaches back over none. Their last line may
    still be what a device adds.
    """
    end = _BLANK_LINE.search(text, least)
    if end is None:
        return ""
    said = text[: end.start()].rstrip()
    return "" if any(map(said.__contains__, _SUSPECTS)) or _RULED.search(f"\n{said}") is not None else said
