"""The text of a mail: which of its parts say it, and what they say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from omni_tui.text.clean import storable
from omni_tui.text.html import MAX_CHARS, MAX_TOKENS, html_to_text
from omni_tui.text.mail.charset import decode
from omni_tui.text.mail.flowed import unflow
from omni_tui.text.mail.structure import Leaf, content

_STUB = re.compile(r"html|browser|mime|显示|客户端|浏览器|anzeige", re.IGNORECASE)
_STUB_CHARS = 200


def best_text(raw: bytes, found: Sequence[Leaf]) -> tuple[str, bool, set[str]]:
    """The text to show, whether it was made from HTML, and the parts it stands for."""
    groups: dict[str, list[Leaf]] = {}
    for leaf in found:
        if _is_body(leaf):
            groups.setdefault(leaf.alternative or leaf.part, []).append(leaf)
    texts: list[str] = []
    used: set[str] = set()
    from_html = False
    room, tags = MAX_CHARS, MAX_TOKENS
    for group in groups.values():
        used.update(leaf.part for leaf in group)
        html = [leaf for leaf in group if leaf.mime == "text/html"]
        plain = "\n".join(leaf_text(raw, leaf) for leaf in group if leaf.mime != "text/html")
        if html and (len(plain) < _STUB_CHARS) and (not plain.strip() or _STUB.search(plain)):
            source = "\n".join(leaf_text(raw, leaf) for leaf in html)[:room]
            room, tags = room - len(source), tags - source.count("<")
            if tags < 0:
                break  # what is left are more tags than a mail needs; its source has all of it
            converted = html_to_text(source)
            if len(converted.strip()) > len(plain.strip()):
                plain, from_html = converted, True
        if plain.strip():
            texts.append(plain)
    return "\n".join(texts), from_html, used


def _is_body(leaf: Leaf) -> bool:
    return (
        leaf.mime in ("text/plain", "text/html", "text/enriched", "text/markdown")
        and leaf.disposition != "attachment"
        and not leaf.filename
    )


def leaf_text(raw: bytes, leaf: Leaf) -> str:
    """The text of one part, in whatever charset it is, its paragraphs put together where they were broken."""
    text = storable(decode(content(raw, leaf), leaf.params.get("charset", "")))
    if leaf.mime == "text/plain" and leaf.params.get("format", "").lower() == "flowed":
        return unflow(text, delsp=leaf.params.get("delsp", "").lower() == "yes")
    return text
