"""The words of a search, marked where a thread or a row shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from omni_tui.model.query import Query
from omni_tui.screens.draw.ink import Line, Span
from omni_tui.screens.thread.blocks import Block

if TYPE_CHECKING:
    from omni_tui.text.segment import Term

HIT = "accent bold underline"
Wanted = Sequence["Term"]


def wanted(query: Query) -> Wanted:
    """The words of ``query`` that a message may show."""
    from omni_tui.desk import excerpts  # most threads are read without a search

    return excerpts.wanted(query)


def marked(line: Line, words: Wanted) -> Line:
    """``line`` with what the search finds underlined; a match never reaches over two spans."""
    from omni_tui.desk import excerpts

    spans: list[Span] = []
    for span in line:
        at = 0
        for start, end in excerpts.places(span.text, words):
            spans += [Span(span.text[at:start], span.ink), Span(span.text[start:end], HIT)]
            at = end
        spans.append(Span(span.text[at:], span.ink) if at else span)
    return tuple(span for span in spans if span.text)


def marked_block(block: Block, words: Wanted) -> Block:
    """A message or note with its hits marked below its header line; any other block as it is."""
    if block.kind not in ("message", "note"):
        return block
    head, *rest = block.lines
    return replace(block, lines=(head, *(marked(line, words) for line in rest)))
