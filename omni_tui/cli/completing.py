"""What a shell may offer at Tab: conversations, tags, agents, channels, views and snippets.

The shell evaluates what it is told (Typer's zsh script with ``eval``), and a subject is whatever a customer likes:
words leave here made of letters, digits and ``-_.@+`` alone, or not at all. Nothing is written, and whatever is
wrong with the store is for the verb itself to say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import typer

from omni_tui.cli.call import Call, reading
from omni_tui.model.errors import OmniError

if TYPE_CHECKING:
    from omni_tui.model.conversation import Agent
    from omni_tui.store import Store

Offer = tuple[str, str]
"""A word, and what shells that can show beside it."""

_WORD = r"[\w.@+-]+"
_QUERY_WORD = r"-?[a-z]+:[\w.@+-]*(?:,[\w.@+-]+)*"
_UNSAFE = r"[^\w.@+-]+"
MOST = 200


def refs(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Open conversations, the newest first, with customer and subject."""

    def ask(store: Store, agent: Agent) -> Iterable[Offer]:
        from omni_tui.cli.views import query_of
        from omni_tui.desk import inbox
        from omni_tui.desk.views import BUILT_IN

        rows = inbox.page(store, agent, query_of(BUILT_IN[0], []), limit=MOST)
        return ((str(row.ref), f"{row.customer or row.address} {row.subject}") for row in rows)

    return _stored(ctx, incomplete, ask)


def unsent(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Conversations with an answer in the outbox."""

    def ask(store: Store, _agent: Agent) -> Iterable[Offer]:
        from omni_tui.desk.outbox import unsettled

        return ((str(row.ref), row.outbox.state.value) for row in unsettled(store, MOST))

    return _stored(ctx, incomplete, ask)


def tags(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Tags in use."""

    def ask(store: Store, _agent: Agent) -> Iterable[Offer]:
        from omni_tui.desk.tagging import names

        return ((name, "") for name in names(store))

    return _stored(ctx, incomplete, ask)


def agents(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Logins of the agents the store knows."""

    def ask(store: Store, _agent: Agent) -> Iterable[Offer]:
        from omni_tui.desk.agents import everyone

        return ((each.login, each.name if each.name != each.login else "") for each in everyone(store))

    return _stored(ctx, incomplete, ask)


def people(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Mail addresses of the people the store knows."""

    def ask(store: Store, _agent: Agent) -> Iterable[Offer]:
        from omni_tui.desk.addressing import known

        return ((each.address, each.name) for each in known(store, incomplete))

    return _stored(ctx, incomplete, ask)


def channels(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Channels of the configuration."""
    try:
        tables = Call.of(ctx).settings.channels
    except OmniError:
        return []
    return _safe(((name, str(table.get("address", ""))) for name, table in tables.items()), incomplete)


def views(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Names of views, those of a new machine where there is no store yet."""
    from omni_tui.desk.views import BUILT_IN, listed

    try:
        with reading(Call.of(ctx)) as (store, agent):
            known = listed(store, agent)
    except OmniError:
        known = BUILT_IN
    return _safe(((view.name, view.query) for view in known), incomplete)


def own_views(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Names of the views the agent saved."""

    def ask(store: Store, agent: Agent) -> Iterable[Offer]:
        from omni_tui.desk.views import listed

        return ((view.name, view.query) for view in listed(store, agent) if view.owner == agent.login)

    return _stored(ctx, incomplete, ask)


def snippets(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Names of the snippets the agent sees, with their first words."""

    def ask(store: Store, agent: Agent) -> Iterable[Offer]:
        from omni_tui.desk.snippets import listed

        return ((each.name, each.body.partition("\n")[0]) for each in listed(store, agent))

    return _stored(ctx, incomplete, ask)


def own_snippets(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Names of the snippets the agent saved."""

    def ask(store: Store, agent: Agent) -> Iterable[Offer]:
        from omni_tui.desk.snippets import listed

        return ((each.name, each.body.partition("\n")[0]) for each in listed(store, agent) if each.owner == agent.login)

    return _stored(ctx, incomplete, ask)


def query_words(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """The keys of the query language, and the values they have here.

    Bash takes a colon for the end of a word and puts a space behind what it completes: there it would do harm.
    """
    shell = os.environ.get("_OMNI_TUI_COMPLETE", "").rpartition("_")[2]
    if shell == "bash":
        return []
    from omni_tui.desk.query_completion import complete

    try:
        with reading(Call.of(ctx)) as (store, agent):
            found = complete(store, agent, incomplete, len(incomplete))
    except OmniError:
        return []
    words = [(incomplete[: found.start] + each.text, each.meaning) for each in found.candidates]
    # zsh ends a word at a colon that is not escaped.
    colon = r"\:" if shell == "zsh" else ":"
    return [
        (word.replace(":", colon), re.sub(_UNSAFE, " ", meaning).strip())
        for word, meaning in words
        if re.fullmatch(_QUERY_WORD, word)
    ]


def _stored(ctx: typer.Context, incomplete: str, ask: Callable[[Store, Agent], Iterable[Offer]]) -> list[Offer]:
    try:
        with reading(Call.of(ctx)) as (store, agent):
            return _safe(ask(store, agent), incomplete)
    except OmniError:
        return []


def _safe(offers: Iterable[Offer], incomplete: str) -> list[Offer]:
    return [
        (word, re.sub(_UNSAFE, " ", beside).strip()[:60])
        for word, beside in offers
        if word.startswith(incomplete) and re.fullmatch(_WORD, word)
    ]


def for_option(offer: Callable[[Any, str], list[Offer]]) -> Callable[[Any, list[str], str], list[Offer]]:
    """The same for an option built by hand, which is asked with the words before it too."""
    return lambda ctx, _args, incomplete: offer(ctx, incomplete)
