"""Tags: lower-case words on conversations."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from omni_tui.model.errors import UsageError
from omni_tui.model.ids import uuid7
from omni_tui.store import Row, Store, Tx, Writer
from omni_tui.store.foreseen import Question
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

LONGEST = 40


def tag_name(name: str) -> str:
    """A tag as it is kept: NFKC, lower-case, no spaces, commas or colons. Raises UsageError."""
    word = unicodedata.normalize("NFKC", clean_line(name)).strip().lstrip("#").casefold().replace(" ", "-")
    if not word or len(word) > LONGEST or any(mark in word for mark in ',:"()') or word.startswith("-"):
        raise UsageError(
            _("{name} cannot be a tag.").format(name=repr(clean_line(name))),
            _("A tag is one word of up to {longest} letters, digits, - or _.").format(longest=LONGEST),
        )
    return word


def on_conversation(conversation_id: str, name: str) -> Question:
    """The question whether a tag is on a conversation, for whoever asks more in the same round trip."""
    return "tag_on_conversation", {"conversation_id": conversation_id, "name": name}


def missing(tx: Tx, conversation_id: str, names: Iterable[str]) -> dict[str, str]:
    """Those of ``names`` that are not on the conversation, each with its tag's id; empty where there is no such tag."""
    found = {name: _on(tx, conversation_id, name) for name in names}
    return {
        name: row["id"] if row is not None else "" for name, row in found.items() if row is None or not row["there"]
    }


def present(tx: Tx, conversation_id: str, names: Iterable[str]) -> dict[str, str]:
    """Those of ``names`` that are on the conversation, each with its tag's id."""
    found = {name: _on(tx, conversation_id, name) for name in names}
    return {name: row["id"] for name, row in found.items() if row is not None and row["there"]}


def put_on(tx: Writer, conversation_id: str, tag_id: str) -> None:
    """Put a tag on a conversation."""
    tx.run("tag_conversation", conversation_id=conversation_id, tag_id=tag_id, now=tx.now)
    tx.changed("conversation", conversation_id)


def take_off(tx: Writer, conversation_id: str, tag_id: str) -> None:
    """Take a tag off a conversation."""
    tx.run("untag_conversation", conversation_id=conversation_id, tag_id=tag_id)
    tx.changed("conversation", conversation_id)


def make(tx: Writer, name: str) -> str:
    """Make a tag there is not yet; its id."""
    tag_id = uuid7()
    tx.run("insert_tag", id=tag_id, name=name)
    return tag_id


def add_tag(tx: Writer, conversation_id: str, name: str) -> bool:
    """Add the tag; False if it was there."""
    found = missing(tx, conversation_id, [name])
    for tag_id in found.values():
        put_on(tx, conversation_id, tag_id or make(tx, name))
    return bool(found)


def drop_tag(tx: Writer, conversation_id: str, name: str) -> bool:
    """Take the tag off; False if it was not there."""
    found = present(tx, conversation_id, [name])
    for tag_id in found.values():
        take_off(tx, conversation_id, tag_id)
    return bool(found)


def names(store: Store) -> tuple[str, ...]:
    """Every tag in use, by name."""
    with store.read() as tx:
        return tuple(row["name"] for row in tx.all("tag_names"))


def _on(tx: Tx, conversation_id: str, name: str) -> Row | None:
    statement, values = on_conversation(conversation_id, name)
    return tx.one(statement, **values)
