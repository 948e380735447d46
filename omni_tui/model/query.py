"""The query AST: parsed in ``desk.query``, turned into SQL in ``store.filter``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A bare word, a ``"phrase"`` (``exact``) or a prefix ``ship*``."""

    text: str
    exact: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """``key:value``; several comma-separated values mean any of them."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """Last activity before ``at`` (exclusive)."""

    at: int


@dataclass(frozen=True, slots=True)
class After:
    """Last activity at or after ``at``."""

    at: int


@dataclass(frozen=True, slots=True)
class Not:
    """Everything the inner node does not match."""

    node: Query


@dataclass(frozen=True, slots=True)
class And:
    """All of ``nodes``; empty matches everything."""

    nodes: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of ``nodes``."""

    nodes: tuple[Query, ...]


Query = Text | Field | Before | After | Not | And | Or

KEYS: dict[str, tuple[str, ...]] = {
    "is": ("open", "snoozed", "resolved", "spam", "trash", "unread", "bulk", "failed", "waiting", "any"),
    "assignee": ("me", "none"),
    "priority": ("low", "normal", "high", "urgent"),
    "channel": (),
    "kind": (),
    "tag": (),
    "mentions": ("me",),
    "from": (),
    "customer": (),
    "ref": (),
    "has": ("attachment", "note", "draft"),
    "before": (),
    "after": (),
}
"""Every key of the language with the values it always knows."""
