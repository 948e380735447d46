"""The maps against the documents they are made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from omni_tui.store.checks.check import Check, Key
from omni_tui.store.maps import bits, upkeep
from omni_tui.store.maps.documents import Documents
from omni_tui.store.maps.tokens import told_of
from omni_tui.store.search_docs import is_current
from omni_tui.store.store import Tx, Writer
from omni_tui.text.i18n import _

SAMPLE = 300
"""Conversations whose maps are compared, spread over all."""
TOGETHER = 16
"""Of them, those that lie side by side: to read what stands of one is to read what stands of its part."""


def checks() -> tuple[Check, ...]:
    """The checks of this kind."""
    return (Check(_("search: maps"), _("conversations with other words than the maps tell: {count}"), _other, _forget),)


def _other(tx: Tx) -> Iterator[Sequence[Key]]:
    span = tx.one("span_of_refs")
    if span is None or span["first"] is None or not tx.value("counter", name="maps_ready") or not is_current(tx):
        return
    words = {row["word"]: row["number"] for row in tx.all("map_words")}
    first, last = span["first"], span["last"]
    step = max(TOGETHER, (last - first + 1) * TOGETHER // SAMPLE)
    for start in range(first, last + 1, step):
        end = min(start + TOGETHER, (start // bits.PART + 1) * bits.PART)
        told = _told(tx, start, end)
        unmapped = tx.query("SELECT ref FROM search_unmapped WHERE ref >= :first AND ref < :end", _range(start, end))
        there = tx.query("SELECT ref FROM conversations WHERE ref >= :first AND ref < :end", _range(start, end))
        refs = sorted({row["ref"] for row in there} - {row["ref"] for row in unmapped})
        yield [(ref,) for ref in refs if told.get(ref, set()) != _having(tx, ref, words)]


def _range(first: int, end: int) -> dict[str, int]:
    return {"first": first, "end": end}


def _told(tx: Tx, first: int, end: int) -> dict[int, set[int]]:
    """The numbers of the maps in which each of some conversations of a part stands."""
    found: dict[int, set[int]] = {}
    part = first // bits.PART
    some = ((1 << end - first) - 1) << first % bits.PART
    for row in tx.all("maps_of_part", part=part):
        for place in bits.members(bits.together([(0, row["bits"])]) & some):
            found.setdefault(part * bits.PART + place, set()).add(row["number"])
    return found


def _having(tx: Tx, ref: int, words: dict[str, int]) -> set[int]:
    """The numbers of the maps of its documents' words."""
    documents, found = Documents([(ref, ref + 1)]), set[str]()
    while not documents.is_over:
        for row in documents.page(tx).values():
            found |= told_of(row, words)
    return {words[key] for key in found}


def _forget(tx: Writer, found: Sequence[Key]) -> None:
    upkeep.forget(tx)
