"""The words of a search, marked where a thread or a row shows them."""

from __future__ import annotations

import re
from dataclasses import replace

from omni_tui.model.query import And, Or, Query, Text
from omni_tui.screens.draw.ink import Line, Span
from omni_tui.screens.thread.blocks import Block
from omni_tui.text.stem import stem

HIT = "accent bold underline"


def pattern(query: Query) -> re.Pattern[str] | None:
    """What the words of ``query`` look like in a text; None if it has none. Latin words go on to their end, as the
    search finds them by their stems.
    """
    words = sorted({re.escape(_beginning(word)) for word in _words(query)}, key=len, reverse=True)
    if not words:
        return None
    return re.compile("|".join(rf"\b{word}\w*" if word[:1].isascii() else word for word in words), re.IGNORECASE)


def _beginning(word: str) -> str:
    root = stem(word.lower())
    # "company" is found as "companies" too.
    return root[:-1] if len(root) > 4 and root.endswith("y") else root


def _words(query: Query) -> list[str]:
    if isinstance(query, Text):
        return [query.text] if query.exact else query.text.split()
    if isinstance(query, And | Or):
        return [word for node in query.nodes for word in _words(node)]
    return []


def marked(line: Line, found: re.Pattern[str]) -> Line:
    """``line`` with what ``found`` matches underlined; a match never reaches over two spans."""
    spans: list[Span] = []
    for span in line:
        at = 0
        for match in found.finditer(span.text):
            if match.end() > match.start():
                spans += [Span(span.text[at : match.start()], span.ink), Span(match.group(), HIT)]
                at = match.end()
        spans.append(Span(span.text[at:], span.ink) if at else span)
    return tuple(span for span in spans if span.text)


def marked_block(block: Block, found: re.Pattern[str]) -> Block:
    """A message or note with its hits marked below its header line; any other block as it is."""
    if block.kind not in ("message", "note"):
        return block
    head, *rest = block.lines
    return replace(block, lines=(head, *(marked(line, found) for line in rest)))
