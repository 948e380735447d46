"""Conversations as lines, and the conversations a command line names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from omni_tui.cli.clock import ago
from omni_tui.cli.columns import print_columns
from omni_tui.desk.state_words import outbox_word, status_word
from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.enums import OutboxState
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.store import Store


def print_rows(rows: Sequence[ConversationRow]) -> None:
    """The list as the inbox shows it, a line each."""
    print_columns(
        (_("REF"), _("AGE"), _("STATE"), _("CUSTOMER"), _("ASSIGNEE"), _("SUBJECT")),
        [
            (
                f"#{row.ref}",
                ago(row.last_at),
                _state(row),
                row.customer or row.address,
                row.assignee or "-",
                _subject(row),
            )
            for row in rows
        ],
    )


def _state(row: ConversationRow) -> str:
    marks = [status_word(row.status)]
    if row.unread:
        marks.append(_("unread"))
    if row.outbox in (OutboxState.FAILED, OutboxState.UNCERTAIN):
        marks.append(outbox_word(row.outbox))
    if row.own_draft:
        marks.append(_("draft"))
    return ",".join(marks)


def _subject(row: ConversationRow) -> str:
    tags = " ".join(f"[{tag}]" for tag in row.tags)
    return f"{row.subject or row.snippet} {tags}".rstrip()


def named(store: Store, agent: Agent, refs: Sequence[str]) -> tuple[ConversationRow, ...]:
    """The conversations called ``refs`` (numbers or ids, ``-`` for those on stdin), each once.

    Raises :class:`NotFound` with everything that was not found, before anything is changed.
    """
    from omni_tui.desk import inbox

    found: dict[str, ConversationRow] = {}
    missing: list[NotFound] = []
    for ref in _words(refs):
        try:
            row = inbox.find(store, agent, ref)
        except NotFound as error:
            missing.append(error)
        else:
            found[row.id] = row
    if missing:
        raise NotFound("\n".join(error.message for error in missing), missing[0].hint)
    return tuple(found.values())


def _words(refs: Sequence[str]) -> list[str]:
    words: list[str] = []
    for ref in refs:
        words += sys.stdin.read().split() if ref == "-" else [ref]
    if not words:
        raise UsageError(_("No conversation is named."), _("Give reference numbers, such as: 1042 1043"))
    return words
