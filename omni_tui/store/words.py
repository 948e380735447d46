"""What a document's words must be: terms, all of some, any of some. Each engine says it its way (``matching.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from omni_tui.text.segment import Term

MOST_TERMS = 64
"""Terms of one question; what goes beyond is not asked for."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of ``nodes`` in the same document."""

    nodes: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of ``nodes``; none of no nodes."""

    nodes: tuple[Words, ...]


Words: TypeAlias = "Term | AllOf | AnyOf"
NOTHING = AnyOf(())


def all_of(nodes: Iterable[Words]) -> Words:
    """The nodes together, as flat as it can be said; what can never match makes the whole so."""
    flat: list[Words] = []
    for node in nodes:
        if node == NOTHING:
            return NOTHING
        flat.extend(node.nodes if isinstance(node, AllOf) else (node,))
    return flat[0] if len(flat) == 1 else AllOf(tuple(dict.fromkeys(flat)))


def any_of(nodes: Iterable[Words]) -> Words:
    """One of the nodes, as flat as it can be said."""
    flat: list[Words] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, AnyOf) else (node,))
    return flat[0] if len(flat) == 1 else AnyOf(tuple(dict.fromkeys(flat)))


def terms(node: Words) -> Iterator[Term]:
    """The terms of ``node``, in order."""
    if isinstance(node, AllOf | AnyOf):
        for inner in node.nodes:
            yield from terms(inner)
    else:
        yield node


def implies(node: Words, other: Words) -> bool:
    """Whether every document with the words of ``node`` is known to have those of ``other``."""
    if node == other:
        return True
    if isinstance(other, AllOf):
        return all(implies(node, inner) for inner in other.nodes)
    if isinstance(node, AnyOf):
        return bool(node.nodes) and all(implies(inner, other) for inner in node.nodes)
    if isinstance(other, AnyOf) and any(implies(node, inner) for inner in other.nodes):
        return True
    return isinstance(node, AllOf) and any(implies(inner, other) for inner in node.nodes)


def bounded(node: Words) -> Words:
    """``node`` with no more than :data:`MOST_TERMS` terms."""
    return _bounded(node, [MOST_TERMS])


def _bounded(node: Words, left: list[int]) -> Words:
    if not isinstance(node, AllOf | AnyOf):
        left[0] -= 1
        return node
    kept: list[Words] = []
    for inner in node.nodes:
        if left[0] <= 0:
            break
        kept.append(_bounded(inner, left))
    return all_of(kept) if isinstance(node, AllOf) else any_of(kept)
