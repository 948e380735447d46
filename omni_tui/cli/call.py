"""What the options common to all verbs say, and what they open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from omni_tui.cli.output import say
from omni_tui.config import paths
from omni_tui.config.settings import Settings
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    import typer

    from omni_tui.model.conversation import Agent
    from omni_tui.store import Store


OpenInbox = Callable[[Settings, str], int]
"""Shows the inbox until it is left, with a line to show first; its exit code."""


@dataclass
class Call:
    """One run of the command line. Filled while the options are read, before a verb runs."""

    open_inbox: OpenInbox
    config: Path | None = None
    store: str = ""
    login: str = ""
    json: bool = False
    ndjson: bool = False
    dry_run: bool = False

    @staticmethod
    def of(ctx: typer.Context) -> Call:
        """The call a verb runs in."""
        call = ctx.obj
        if not isinstance(call, Call):
            raise TypeError("a verb ran outside a call")
        return call

    @cached_property
    def settings(self) -> Settings:
        """The configuration with ``--store`` and ``--as`` applied. A file named by ``--config`` must be there."""
        self.named_file_must_be_there()
        return self.settings_or_new

    @cached_property
    def settings_or_new(self) -> Settings:
        """The same for verbs that may make the configuration file."""
        from omni_tui.config.load import load_settings

        return self.with_options(load_settings(self.config))

    def with_options(self, settings: Settings) -> Settings:
        """``settings`` with ``--store`` and ``--as`` applied."""
        if self.store:
            _refuse_password(self.store)
            settings = replace(settings, store=settings.store.at(self.store))
        if self.login:
            settings = replace(settings, agent=replace(settings.agent, login=self.login, name=""))
        return settings

    def named_file_must_be_there(self) -> None:
        """Raise :class:`NotFound` for ``--config`` with a file that is not there."""
        if self.config is not None and not self.config.expanduser().exists():
            raise NotFound(
                _("There is no configuration file {path}.").format(path=self.config),
                _("Make one: omni-tui --config {path} init").format(path=self.config),
            )


def _refuse_password(location: str) -> None:
    """Raise :class:`UsageError` for an address with a password in it: everybody on the host reads command lines."""
    if "://" not in location:
        return
    from urllib.parse import parse_qs, urlsplit

    try:
        parts = urlsplit(location)
    except ValueError:
        return  # told by whoever opens it, without repeating it
    if parts.password or "password" in parse_qs(parts.query):
        raise UsageError(
            _("A password on the command line can be read by everybody on this host."),
            _("Leave it out: PGPASSWORD, ~/.pgpass, or store.password_file in the configuration gives it."),
        )


@contextmanager
def opened(settings: Settings, *, create: bool = False) -> Iterator[Store]:
    """The store of ``settings``, closed at the end."""
    from omni_tui.store import open_store

    store = open_store(paths.store_location(settings), group=settings.store.group, create=create)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def reading(call: Call) -> Iterator[tuple[Store, Agent]]:
    """The store and who asks. Writes nothing: an agent the store does not know yet is only described."""
    import getpass

    from omni_tui.desk import agents
    from omni_tui.model.conversation import Agent

    asked = call.settings.agent
    with opened(call.settings) as store:
        login = asked.login or getpass.getuser()
        known = next((each for each in agents.everyone(store) if each.login == login), None)
        yield store, known or Agent(id="", login=login, name=asked.name or login)


@contextmanager
def writing(call: Call) -> Iterator[tuple[Store, Agent]]:
    """The store and who acts, made at the first use; under ``--dry-run`` the same as :func:`reading`."""
    from omni_tui.desk import agents

    if call.dry_run:
        with reading(call) as pair:
            yield pair
        return
    asked = call.settings.agent
    with opened(call.settings) as store:
        if call.login and all(each.login != call.login for each in agents.everyone(store)):
            # A name misspelled is an agent nobody knows: make it seen.
            say(_("{login} is a new agent here.").format(login=call.login))
        yield store, agents.who(store, asked.login, asked.name)
