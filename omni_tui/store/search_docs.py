"""Search documents: one per message and per customer, its words segmented, numbered so that they run in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from omni_tui.model.count import Count
from omni_tui.store.foreseen import Question
from omni_tui.store.numbers import on_top
from omni_tui.store.store import Row, Store, Tx, Writer

if TYPE_CHECKING:
    from omni_tui.model.events import Beginnings

FINDABLE = 200_000
"""Characters of a text that can be found."""

CUSTOMERS = 1 << 62
"""What the numbers of customers' documents are less by."""
_TOP = (1 << 63) - 1
_LOOKED_AT = 1000


def put(
    tx: Writer, message_id: str, conversation_id: str, received_at: int, words: str, *, sender: str | None = None
) -> None:
    """Make a message findable by ``words``: subject, names, addresses, text, file names.

    ``sender`` is the name and address of whom ``from:`` is to find: the author of a message to us.
    """
    _insert(tx, "message", message_id, conversation_id, received_at, _message_tokens(words, sender or ""))


def put_cut(
    tx: Writer, message_id: str, conversation_id: str, received_at: int, tokens: str, beginnings: Beginnings
) -> None:
    """The same for a message whose words were cut where it was read (``text.findable``)."""
    _insert(tx, "message", message_id, conversation_id, received_at, tokens, beginnings)


def put_again(tx: Writer, message_id: str) -> None:
    """Make a message findable by what the store holds of it; one that is deleted no longer."""
    drop(tx, message_id)
    put_stored(tx, message_id)


def put_stored(tx: Writer, message_id: str) -> None:
    """The same for a message that has no document yet."""
    row = tx.one("message", id=message_id)
    if row is not None and row["deleted_at"] is None:
        _insert(tx, "message", message_id, row["conversation_id"], row["received_at"], _tokens_of(tx, row))


def drop(tx: Writer, message_id: str) -> None:
    """Make a message no longer findable."""
    _drop(tx, "message", message_id)


def put_new_customer(tx: Writer, customer_id: str, name: str, address: str = "") -> None:
    """Make a customer that was just made findable by name and address. ``customer_id`` is a root's."""
    _insert(tx, "customer", customer_id, "", tx.now, _tokens_of_customer(name, (address,)))


def put_customer(tx: Writer, customer_id: str) -> None:
    """The same for one who has no document yet, by what the store holds of them."""
    _insert(tx, "customer", customer_id, "", tx.now, _customer_tokens(tx, customer_id))


def put_customer_again(tx: Writer, customer_id: str) -> None:
    """The same for a customer whose name or addresses are others now."""
    put_customers_again(tx, (customer_id,))


def put_customers_again(tx: Writer, ids: Iterable[str]) -> None:
    """The same for several."""
    # All of it before anything is written: one round trip.
    found = {id: tx.all("customer_words", id=id) for id in ids}
    for id, rows in found.items():
        _drop(tx, "customer", id)
        if rows:
            # One who is part of another now is found by the other's.
            _insert(tx, "customer", id, "", tx.now, _words_of_customer(rows))


def customer_words(customer_id: str) -> Question:
    """The question for the words of a customer, for whoever asks more in the same round trip."""
    return "customer_words", {"id": customer_id}


def drop_customer(tx: Writer, customer_id: str) -> None:
    """Make a customer who is no longer there not findable."""
    _drop(tx, "customer", customer_id)


def reindex(store: Store, limit: int = 200) -> int:
    """Make some documents of another segmentation anew, at most ``limit``, the newest first; 0 when none is left.

    Each call is one transaction, and none is long; calling on where the last one stopped, in whatever process, ends
    the round. A round that another segmentation overtook begins from the top; documents of a newer program stay.
    """
    from omni_tui.text.segment import SEG_VERSION

    with store.read() as tx:
        if is_current(tx) or _is_newer(tx):
            return 0
    with store.write() as tx:
        below = _below(tx)
        tx.run("set_counter", name="resegmenting", value=SEG_VERSION)
        found = tx.all("search_docs_below", below=below, limit=limit)
        done = 0
        for doc in found:
            if done and tx.is_long():
                break
            if doc["seg_version"] != SEG_VERSION:
                _anew(tx, doc)
            done += 1
        if found:
            tx.run("set_counter", name="resegmented", value=found[done - 1]["doc_id"])
        else:
            tx.run("set_counter", name="segmentation", value=SEG_VERSION)
            tx.run("set_counter", name="resegmented", value=0)
    return done


def is_current(tx: Tx) -> bool:
    """Whether every document is known to have this program's segmentation."""
    from omni_tui.text.segment import SEG_VERSION

    return bool(tx.value("counter", name="segmentation") == SEG_VERSION)


def segmentation(tx: Tx) -> int:
    """The segmentation that every document is known to have, this program's or an older one; 0 for a newer one's."""
    from omni_tui.text.segment import SEG_VERSION

    known = int(tx.value("counter", name="segmentation") or 0)
    return known if known <= SEG_VERSION else 0


def _is_newer(tx: Tx) -> bool:
    """Whether a newer program made documents anew, or is at it: two rounds would undo one another."""
    from omni_tui.text.segment import SEG_VERSION

    return any(int(tx.value("counter", name=name) or 0) > SEG_VERSION for name in ("segmentation", "resegmenting"))


def _below(tx: Tx) -> int:
    """Where the round for this program's segmentation goes on."""
    from omni_tui.text.segment import SEG_VERSION

    if tx.value("counter", name="resegmenting") != SEG_VERSION:
        return _TOP
    return int(tx.value("counter", name="resegmented") or 0) or _TOP


def left(tx: Tx) -> Count:
    """How many documents still have the words of an older program, which ``from:`` may not find: of the next ones."""
    from omni_tui.text.segment import SEG_VERSION

    if is_current(tx):
        return Count(0)
    rows = tx.all("seg_versions_below", below=_below(tx), limit=_LOOKED_AT)
    number = sum(row["seg_version"] != SEG_VERSION for row in rows)
    return Count(number, more=number > 0 and len(rows) == _LOOKED_AT)


def _anew(tx: Writer, doc: Row) -> None:
    if doc["kind"] == "customer":
        tokens = _customer_tokens(tx, doc["entity_id"])
    else:
        row = tx.one("message", id=doc["entity_id"])
        tokens = "" if row is None or row["deleted_at"] is not None else _tokens_of(tx, row)
    _replace(tx, doc["doc_id"], tokens)


def _tokens_of(tx: Tx, row: Row) -> str:
    import json  # for who makes documents anew; most processes only read

    parties = json.loads(row["parties"])
    others = [f"{name} {address}" for key in ("to", "cc") for address, name in parties.get(key, ())]
    files = [file["name"] for file in tx.all("message_names_of_files", id=row["id"])]
    sender = f"{row['from_name']} {row['from_address']}"
    words = "\n".join((row["subject"], sender, " ".join(others), " ".join(files), row["body"][:FINDABLE]))
    return _message_tokens(words, sender if row["direction"] == "inbound" else "")


def _message_tokens(words: str, sender: str) -> str:
    from omni_tui.text.segment import SENDER, marked_tokens  # for who writes; most processes only read

    return f"{_cut(words)} {marked_tokens(SENDER, sender)}".strip()


def _customer_tokens(tx: Tx, customer_id: str) -> str:
    return _words_of_customer(tx.all("customer_words", id=customer_id))


def _words_of_customer(rows: Sequence[Row]) -> str:
    return _tokens_of_customer(rows[0]["name"], [row["value"] or "" for row in rows]) if rows else ""


def _tokens_of_customer(name: str, addresses: Iterable[str]) -> str:
    from omni_tui.text.segment import CUSTOMER, marked_tokens

    words = "\n".join(dict.fromkeys((name, *addresses)))
    return f"{_cut(words)} {marked_tokens(CUSTOMER, words)}".strip()


def _cut(text: str) -> str:
    from omni_tui.text.segment import begun_tokens, index_words

    tokens, words = index_words(text)
    return f"{tokens} {begun_tokens(words)}".strip()


def _insert(
    tx: Writer,
    kind: str,
    entity_id: str,
    conversation_id: str,
    at: int,
    tokens: str,
    told: Beginnings | None = None,
) -> None:
    from omni_tui.text.segment import SEG_VERSION

    # Numbers that run in time make newest-first and date limits plain ranges of the index. Customers stand below all
    # messages: a range of their own, and nothing on the way from one message to the next.
    number = on_top((at // 1000 << 20) - (CUSTOMERS if kind == "customer" else 0), tx.next("doc"), 20)
    tx.run(
        "insert_search_doc",
        doc_id=number,
        kind=kind,
        entity_id=entity_id,
        conversation_id=conversation_id,
        seg_version=SEG_VERSION,
        tokens=_stored(tx, tokens),
    )
    tx.index(number, tokens)
    _know(tx, tokens, told)


def _replace(tx: Writer, doc_id: int, tokens: str) -> None:
    from omni_tui.text.segment import SEG_VERSION

    tx.index_now()
    tx.run("set_search_doc", doc_id=doc_id, tokens=_stored(tx, tokens), seg_version=SEG_VERSION)
    _know(tx, tokens)


def _drop(tx: Writer, kind: str, entity_id: str) -> None:
    tx.index_now()  # the index must know the words it is told to forget
    tx.run("delete_search_doc", kind=kind, entity_id=entity_id)


def _stored(tx: Writer, tokens: str) -> str:
    """The tokens as the document's row has them."""
    if tx.dialect == "sqlite":
        return tokens
    from omni_tui.store.tsvector import literal

    return literal(tokens)


def _know(tx: Writer, tokens: str, told: Beginnings | None = None) -> None:
    if tx.dialect != "sqlite":
        return  # GIN looks beginnings up by itself
    if told is not None:
        tx.know_told(told)
        return
    from omni_tui.text.segment import beginnings

    tx.know(beginnings(tokens))
