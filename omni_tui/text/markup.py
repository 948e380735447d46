"""HTML as a stream of tags and texts, in time linear in its length whatever stands in it.

A full HTML parser is quadratic for some inputs (nesting, attributes, options), and mail is hostile; reading
text needs tags in order and no tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# One attribute (HTML standard, section 13.1.2.3); possessive, so that nothing is tried twice.
_ATTRIBUTE = re.compile(
    r"[\s/]*+(?:(>)|([^\s/>=]++|=)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']?+[^\s>]*+)))?+)"
)
# Elements whose content is no markup, up to their own end tag.
_RAW = frozenset(("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"))
# html.unescape() refuses numbers of thousands of digits.
_HUGE_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_WANTED = frozenset(
    (
        *("href", "style", "class", "id", "alt", "hidden", "color", "bgcolor", "background", "width", "height", "size"),
        *("role", "colspan"),
    )
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or ``end`` tag with the few attributes that matter here, names in lower case."""

    name: str
    end: bool
    attributes: dict[str, str]


def tokens(html: str) -> Iterator[Tag | str]:
    """Tags, and the text between them with its character references resolved.

    Comments, declarations and the content of scripts and styles are left out.
    """
    lower = html.lower() if len(html.lower()) == len(html) else html
    position = 0
    unclosed: set[str] = set()
    while (start := html.find("<", position)) >= 0:
        if start > position:
            yield _text(html[position:start])
        match = _TAG.match(html, start)
        if match is None:
            position = _skip_other(html, start, unclosed)
            if position == start + 1:
                yield "<"
            continue
        name = match[2].lower()
        attributes, position = _attributes(html, match.end())
        if name not in _RAW or match[1]:
            yield Tag(name, bool(match[1]), attributes)
            continue
        close = -1 if name in unclosed else lower.find("</" + name, position)
        if close < 0:
            unclosed.add(name)  # never closed: not one, as it would swallow the whole rest
        else:
            position = close
    if position < len(html):
        yield _text(html[position:])


def _attributes(html: str, position: int) -> tuple[dict[str, str], int]:
    """The attributes from ``position`` on, and where the tag ends."""
    attributes: dict[str, str] = {}
    while (match := _ATTRIBUTE.match(html, position)) is not None:
        position = match.end()
        if match[1]:
            return attributes, position
        name = match[2].lower()
        if name in _WANTED and name not in attributes:
            attributes[name] = _text(match[3] or match[4] or match[5] or "")
    return attributes, len(html)


def _skip_other(html: str, start: int, unclosed: set[str]) -> int:
    """Where a comment, declaration or lone ``<`` ends."""
    if html.startswith("<!--", start):
        close = -1 if "-->" in unclosed else html.find("-->", start + 2)
        if close >= 0:
            return close + 3
        unclosed.add("-->")
    if html[start + 1 : start + 2] in ("!", "?", "/"):
        close = -1 if ">" in unclosed else html.find(">", start)
        if close >= 0:
            return close + 1
        unclosed.add(">")
    return start + 1


def _text(text: str) -> str:
    if "&" not in text:
        return text
    return unescape(_HUGE_REFERENCE.sub("\ufffd", text))
