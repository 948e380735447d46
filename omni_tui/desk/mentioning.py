"""``@login`` in a note: whom it names, so that they hear of it and find it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from omni_tui.model.conversation import Agent
from omni_tui.store import Row, Tx, Writer

_NAMED = re.compile(r"(?<![\w@.+-])@([\w.+-][\w.@+-]{0,63})")
_ENDS = ".+-@"
"""What a login may hold and a sentence may end in."""


def note(tx: Writer, message_id: str, body: str) -> None:
    """Remember whom a note names. Whoever is no agent is not named; nothing of the text is changed."""
    for agent_id in _named(tx.all("agents"), body) if "@" in body else ():
        tx.run("insert_mention", message_id=message_id, agent_id=agent_id, now=tx.now)


def matching(everyone: Sequence[Agent], letters: str) -> tuple[Agent, ...]:
    """The agents whose login or name begins with what was typed, then those who have it within."""
    part = letters.casefold()
    begin = [
        each for each in everyone if each.login.casefold().startswith(part) or each.name.casefold().startswith(part)
    ]
    within = [each for each in everyone if part in f"{each.login} {each.name}".casefold() and each not in begin]
    return (*begin, *within)


def since(tx: Tx, agent_id: str, at: int) -> list[Row]:
    """Notes of others that name an agent, written after ``at``: the conversation, when, and who wrote it."""
    return tx.all("mentions_since", agent_id=agent_id, at=at)


def _named(everyone: Sequence[Row], body: str) -> tuple[str, ...]:
    by_login = {row["login"].casefold(): row["id"] for row in everyone}
    found: dict[str, None] = {}
    for match in _NAMED.finditer(body):
        word = match[1].casefold()
        while word and word not in by_login and word[-1] in _ENDS:
            word = word[:-1]
        if word in by_login:
            found[by_login[word]] = None
    return tuple(found)
