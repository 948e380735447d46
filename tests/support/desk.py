"""An agent at work behind the engine's back, as the TUI or the CLI would be: a store of its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

from omni_tui.desk import agents, replies
from omni_tui.model.conversation import Agent
from omni_tui.model.outcome import Queued
from omni_tui.store import Store, open_store


@contextlib.contextmanager
def agent_at(path: Path, login: str = "mia") -> Iterator[tuple[Store, Agent]]:
    """A store opened by another process would look like this one."""
    store = open_store(path)
    try:
        yield store, agents.who(store, login)
    finally:
        store.close()


def answer_now(path: Path, conversation_id: str, text: str, delay_ms: int = 0) -> Queued:
    """Queue a reply."""
    with agent_at(path) as (store, agent):
        return replies.reply(store, agent, conversation_id, text, delay_ms=delay_ms)


async def answer(path: Path, conversation_id: str, text: str, delay_ms: int = 0) -> Queued:
    """Queue a reply, off the event loop's thread."""
    return await asyncio.to_thread(answer_now, path, conversation_id, text, delay_ms)
