"""Tags: lower-case words on conversations."""

from __future__ import annotations

import unicodedata

from omni_tui.model.errors import UsageError
from omni_tui.model.ids import uuid7
from omni_tui.store import Store, Writer
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


def add_tag(tx: Writer, conversation_id: str, name: str) -> bool:
    """Add the tag; False if it was there."""
    found = tx.one("tag_on_conversation", conversation_id=conversation_id, name=name)
    if found is not None and found["there"]:
        return False
    tag_id = uuid7() if found is None else found["id"]
    if found is None:
        tx.run("insert_tag", id=tag_id, name=name)
    tx.run("tag_conversation", conversation_id=conversation_id, tag_id=tag_id, now=tx.now)
    tx.changed("conversation", conversation_id)
    return True


def drop_tag(tx: Writer, conversation_id: str, name: str) -> bool:
    """Take the tag off; False if it was not there."""
    found = tx.one("tag_on_conversation", conversation_id=conversation_id, name=name)
    if found is None or not found["there"]:
        return False
    tx.run("untag_conversation", conversation_id=conversation_id, tag_id=found["id"])
    tx.changed("conversation", conversation_id)
    return True


def names(store: Store) -> tuple[str, ...]:
    """Every tag in use, by name."""
    with store.read() as tx:
        return tuple(row["name"] for row in tx.all("tag_names"))
