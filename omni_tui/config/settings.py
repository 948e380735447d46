"""Every setting with its default. ``config.example.toml`` says why each exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from omni_tui.config.limits import Range
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """Who is at the keyboard."""

    login: str = ""
    """Empty: the Unix user."""
    name: str = ""
    """Shown to colleagues; empty: the login."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where everything is kept."""

    path: str = ""
    """The SQLite file; empty: ``omni.db`` in the user's data directory."""
    group: str = ""
    """A Unix group whose members share the store; empty: it is private."""
    url: str = field(default="", repr=False)
    """A PostgreSQL database instead of a file."""
    password_command: str = field(default="", repr=False)
    """Prints the database's password; the other two name a variable and a file that hold it."""
    password_env: str = ""
    password_file: str = ""

    def __post_init__(self) -> None:
        if self.url and self.path:
            raise ValueError(_("path and url are two stores: keep one of them"))
        if self.url and not self.url.startswith(("postgresql://", "postgres://")):
            raise ValueError(_("url must begin with postgresql://"))

    def at(self, location: str) -> StoreSettings:
        """The same with another store: a database's address or a file."""
        if location.startswith(("postgresql://", "postgres://")):
            return replace(self, path="", url=location)
        return replace(self, path=str(Path(location).expanduser().absolute()), url="")


@dataclass(frozen=True, slots=True)
class InboxSettings:
    """What reaches the inbox, and how answers leave it."""

    open_days: Annotated[int, Range(0, 3650)] = 14
    """On a channel's first sync, older conversations arrive resolved."""
    undo_send_s: Annotated[int, Range(0, 600)] = 10
    """How long a reply from the screen can be called back."""
    own_domains: tuple[str, ...] = ()
    """Mail from these domains is ours, not a customer's."""
    form_senders: tuple[str, ...] = ()
    """Addresses that send for other people: shop forms, call centres."""
    warn_after_m: Annotated[int, Range(1, 100_000)] = 60
    """Minutes of waiting after which a row is marked as due."""
    late_after_m: Annotated[int, Range(1, 100_000)] = 240
    """Minutes of waiting after which a row is marked as late."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The process that talks to channels."""

    autostart: bool | Literal["auto"] = "auto"
    """The inbox starts an engine of its own when none is running; ``auto``: unless the store is a database."""


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """How the terminal looks and behaves."""

    theme: Literal["dark", "light", "ansi"] = "dark"
    mouse: Literal["auto", "on", "off"] = "auto"
    """``auto``: off over SSH, since reporting every motion is slow there."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys of one's own: action name = key."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration. ``channels`` are raw tables by name: their kind's connector reads them."""

    file: Path
    agent: AgentSettings = AgentSettings()
    store: StoreSettings = StoreSettings()
    inbox: InboxSettings = InboxSettings()
    engine: EngineSettings = EngineSettings()
    screen: ScreenSettings = ScreenSettings()
    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def starts_engine(self) -> bool:
        """Whether the inbox starts an engine. On a database a team shares, a service runs it."""
        return not self.store.url if self.engine.autostart == "auto" else self.engine.autostart
