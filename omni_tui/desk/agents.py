"""Who answers: agents are made at first use, by login."""

from __future__ import annotations

import getpass
import re

from omni_tui.model.conversation import Agent
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.store import Row, Store
from omni_tui.text.i18n import _

_LOGIN = re.compile(r"[\w.@+-]{1,64}")


def who(store: Store, login: str = "", name: str = "") -> Agent:
    """The agent ``login`` (empty: the Unix user), made if new; a ``name`` given is kept."""
    login = login or getpass.getuser()
    if not _LOGIN.fullmatch(login):
        raise UsageError(
            _("{login} cannot be an agent's login.").format(login=repr(login)),
            _("A login is one word of letters, digits and . _ @ + - (up to 64)."),
        )
    with store.read() as tx:
        row = tx.one("agent_by_login", login=login)
    if row is None or (name and row["name"] != name):
        with store.write_durable() as tx:
            tx.run("insert_agent", id=uuid7(), login=login, name=name or login, now=tx.now)
            if name:
                tx.run("rename_agent", login=login, name=name)
            row = tx.one("agent_by_login", login=login)
            assert row is not None
            tx.changed("agent", row["id"])
    return _agent(row)


def known(store: Store, login: str = "") -> Agent | None:
    """The agent ``login`` (empty: the Unix user), if there is one already."""
    with store.read() as tx:
        row = tx.one("agent_by_login", login=login or getpass.getuser())
    return None if row is None else _agent(row)


def everyone(store: Store) -> tuple[Agent, ...]:
    """All agents, by login."""
    with store.read() as tx:
        return tuple(_agent(row) for row in tx.all("agents"))


def named(store: Store, login: str) -> Agent:
    """The agent ``login``; NotFound names the nearest."""
    everybody = {agent.login: agent for agent in everyone(store)}
    if login in everybody:
        return everybody[login]
    import difflib  # only a mistake is worth its import

    near = difflib.get_close_matches(login, everybody, n=1)
    hint = (
        _("Did you mean {near}?").format(near=near[0])
        if near
        else _("Agents so far: {logins}. One is made when somebody first opens the inbox.").format(
            logins=", ".join(everybody) or "-"
        )
    )
    raise NotFound(_("There is no agent {login}.").format(login=login), hint)


def _agent(row: Row) -> Agent:
    return Agent(row["id"], row["login"], row["name"])
