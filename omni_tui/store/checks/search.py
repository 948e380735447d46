"""The search documents against what they are made from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from omni_tui.store import search_docs
from omni_tui.store.checks import maps
from omni_tui.store.checks.check import Check, Key
from omni_tui.store.checks.rows import keys
from omni_tui.store.paging import select
from omni_tui.store.store import Tx, Writer
from omni_tui.text.i18n import _

SAMPLE = 1000
"""Messages whose words are compared one by one: half of them the newest, half spread over all."""
COMPARED = 2000
"""Characters of each that are compared."""
_LEXEME = re.compile(r"'((?:[^']|'')*)'")


def checks() -> tuple[Check, ...]:
    """The checks of this kind."""
    return (
        Check(
            _("search: messages"),
            _("messages that cannot be found by their words: {count}"),
            _unfindable,
            _make_findable,
        ),
        Check(_("search: left over"), _("search documents that belong to nothing: {count}"), _left_over, _drop),
        Check(_("search: customers"), _("customers who cannot be found by name: {count}"), _nameless, _name),
        Check(_("search: segmentation"), _("search documents of another segmentation: {count}"), _other, _anew),
        Check(_("search: words"), _("messages with other words than the search knows: {count}"), _other_words, _again),
        *maps.checks(),
    )


def _unfindable(tx: Tx) -> Iterator[Sequence[Key]]:
    without = "NOT EXISTS (SELECT 1 FROM search_docs s WHERE s.kind = 'message' AND s.entity_id = m.id)"
    yield from keys(tx, "messages m", ["m.id"], f"m.deleted_at IS NULL AND {without}")


def _make_findable(tx: Writer, found: Sequence[Key]) -> None:
    for (id,) in found:
        search_docs.put_again(tx, str(id))


def _left_over(tx: Tx) -> Iterator[Sequence[Key]]:
    yield from keys(
        tx,
        "search_docs s",
        ["s.kind", "s.entity_id"],
        "(s.kind = 'message' AND NOT EXISTS"
        " (SELECT 1 FROM messages m WHERE m.id = s.entity_id AND m.deleted_at IS NULL))"
        " OR (s.kind = 'customer' AND NOT EXISTS"
        " (SELECT 1 FROM customers c WHERE c.id = s.entity_id AND c.root_id = c.id))",
    )


def _drop(tx: Writer, found: Sequence[Key]) -> None:
    tx.index_now()  # the index must know the words it is told to forget
    for kind, id in found:
        tx.run("delete_search_doc", kind=kind, entity_id=id)


def _nameless(tx: Tx) -> Iterator[Sequence[Key]]:
    without = "NOT EXISTS (SELECT 1 FROM search_docs s WHERE s.kind = 'customer' AND s.entity_id = c.id)"
    yield from keys(tx, "customers c", ["c.id"], f"c.root_id = c.id AND {without}")


def _name(tx: Writer, found: Sequence[Key]) -> None:
    for (id,) in found:
        search_docs.put_customer_again(tx, str(id))


def _other(tx: Tx) -> Iterator[Sequence[Key]]:
    if not search_docs.is_current(tx):
        return  # the engine is at it, and says so
    from omni_tui.text.segment import SEG_VERSION

    yield from keys(tx, "search_docs s", ["s.kind", "s.entity_id"], f"s.seg_version <> {SEG_VERSION}")


def _anew(tx: Writer, found: Sequence[Key]) -> None:
    for kind, id in found:
        (search_docs.put_customer_again if kind == "customer" else search_docs.put_again)(tx, str(id))


def _other_words(tx: Tx) -> Iterator[Sequence[Key]]:
    from omni_tui.text.segment import SEG_VERSION, index_tokens

    newest = "SELECT s.doc_id FROM search_docs s WHERE s.kind = 'message' ORDER BY s.doc_id DESC LIMIT"
    total = int(tx.query("SELECT count(*) FROM search_docs", {})[0][0])
    step = max(1, total // (SAMPLE // 2))
    for condition in (
        f"s.doc_id IN ({newest} {SAMPLE // 2})",
        f"s.doc_id % {step} = 0 AND s.doc_id NOT IN ({newest} {SAMPLE // 2})",
    ):
        source = "search_docs s JOIN messages m ON m.id = s.entity_id"
        condition = f"s.kind = 'message' AND s.seg_version = {SEG_VERSION} AND m.deleted_at IS NULL AND {condition}"
        columns = ["m.id", "m.subject", f"substr(m.body, 1, {COMPARED})", "s.tokens"]
        for page in select(tx, source, ["s.doc_id"], columns, condition):
            wrong = []
            for _doc_id, id, subject, body, tokens in page:
                known = _words(tx, tokens)
                end = -1 if len(body) == COMPARED else None  # the last word may be cut in two
                if not known.issuperset([*index_tokens(subject).split(), *index_tokens(body).split()[:end]]):
                    wrong.append((id,))
            yield wrong


def _words(tx: Tx, tokens: str) -> set[str]:
    if tx.dialect == "sqlite":
        return set(tokens.split())
    return {found.replace("''", "'") for found in _LEXEME.findall(tokens)}


def _again(tx: Writer, found: Sequence[Key]) -> None:
    for (id,) in found:
        search_docs.put_again(tx, str(id))
