"""Every setting with its default. ``config.example.toml`` says why each exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from omni_tui.config.limits import Range


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

    autostart: bool = True
    """The inbox starts an engine of its own when none is running."""


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
