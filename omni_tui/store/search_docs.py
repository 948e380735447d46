"""Search documents: one per message, its words segmented, numbered so that rowids run in time."""

from __future__ import annotations

from omni_tui.store.store import Writer


def put(tx: Writer, message_id: str, conversation_id: str, received_at: int, words: str) -> None:
    """Make a message findable by ``words``: subject, names, addresses, text, file names."""
    from omni_tui.text.segment import SEG_VERSION, index_tokens  # for who writes; most processes only read

    # Rowids that run in time make newest-first and date limits plain ranges of the index.
    number = (received_at // 1000 << 20) | (tx.next("doc") & 0xFFFFF)
    tokens = index_tokens(words)
    tx.run(
        "insert_search_doc",
        doc_id=number,
        kind="message",
        entity_id=message_id,
        conversation_id=conversation_id,
        seg_version=SEG_VERSION,
        tokens=tokens,
    )
    tx.index(number, tokens)


def drop(tx: Writer, message_id: str) -> None:
    """Make a message no longer findable."""
    tx.index_now()  # the index must know the words it is told to forget
    tx.run("delete_search_doc", kind="message", entity_id=message_id)
