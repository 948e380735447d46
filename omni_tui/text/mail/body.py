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
# Where HTML says itself how it is written (HTML standard, section 4.2.5.5), for a part that does not.
_META_CHARSET = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_META_WITHIN = 2_048


def best_text(raw: bytes, found: Sequence[Leaf]) -> tuple[str, bool, set[str]]:
    """The text to show, whether it was made from HTML, and the parts it stands for."""
    groups: dict[str, list[Leaf]] = {}
    for leaf in found:
        if _is_body(leaf):
            groups.setdefault(leaf.alternative or leaf.part, []).append(leaf)
    if not groups:
        groups = _named_body(found)
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


def _named_body(found: Sequence[Leaf]) -> dict[str, list[Leaf]]:
    """The first part, if it is text: some programs give what they write a file's name, and it is all they say."""
    first = found[0] if found else None
    if first is None or first.mime not in ("text/plain", "text/html") or first.disposition == "attachment":
        return {}
    return {first.part: [first]}


def leaf_text(raw: bytes, leaf: Leaf) -> str:
    """The text of one part, in whatever charset it is, its paragraphs put together where they were broken."""
    data, label = content(raw, leaf), leaf.params.get("charset", "")
    if not label and leaf.mime == "text/html" and (said := _META_CHARSET.search(data, 0, _META_WITHIN)) is not None:
        label = said[1].decode("ascii")
    text = storable(decode(data, label))
    if leaf.mime == "text/plain" and leaf.params.get("format", "").lower() == "flowed":
        return unflow(text, delsp=leaf.params.get("delsp", "").lower() == "yes")
    return text
