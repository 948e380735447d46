"""Words as each engine's index is asked for them, and as a document's own tokens are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_tui.store import tsvector
from omni_tui.store.words import AllOf, AnyOf, Words

if TYPE_CHECKING:
    from omni_tui.text.segment import Term


def fts5(node: Words) -> str:
    """The FTS5 expression; what is nested comes first, which the parser's stack needs least for."""
    if isinstance(node, AllOf | AnyOf):
        word = " AND " if isinstance(node, AllOf) else " OR "
        nodes = sorted(node.nodes, key=lambda inner: not isinstance(inner, AllOf | AnyOf))
        return f"({word.join(map(fts5, nodes))})" if nodes else '""'
    from omni_tui.text.segment import fts5_term

    return fts5_term(node)


def tsquery(node: Words) -> str:
    """The tsquery literal; tokens are quoted in it."""
    if isinstance(node, AllOf | AnyOf):
        return "(" + (" & " if isinstance(node, AllOf) else " | ").join(map(tsquery, node.nodes)) + ")"
    return tsvector.of_term(node)


def spellings(term: Term) -> list[tuple[tuple[str, ...], bool]]:
    """The token sequences of a term, with whether the last may go on."""
    return [(term.tokens, term.prefix), *(((*term.tokens[:-1], other), False) for other in term.others)]


def in_tokens(node: Words, name: str, values: dict[str, Any]) -> str:
    """The condition on the tokens as text: they lie there as the index has them, between single spaces."""
    if isinstance(node, AllOf | AnyOf):
        word = " AND " if isinstance(node, AllOf) else " OR "
        return f"({word.join(in_tokens(inner, name, values) for inner in node.nodes) or '1 = 0'})"
    conditions = []
    for tokens, prefix in spellings(node):
        key = f"{name}_{len(values)}"
        values[key] = f" {' '.join(tokens)}" + ("" if prefix else " ")
        conditions.append(f"instr(' ' || s.tokens || ' ', :{key}) > 0")
    return f"({' OR '.join(conditions)})"
