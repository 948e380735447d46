"""Every setting with its default. ``config.example.toml`` says why each exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from omni_tui.config.limits import Named, Range, Written
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


TOKENS = (
    *("base", "side", "raised", "over", "sel", "blur", "note"),
    *("text", "soft", "muted", "faint", "accent", "alarm", "caution"),
)
"""The grounds and inks of a theme (docs/terminals.md says which is what)."""
_HOURS = "([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]"
_COLOUR = "#[0-9a-fA-F]{6}"


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """How the terminal looks and behaves."""

    theme: Literal["dark", "light", "contrast", "contrast-light", "ansi", "ansi-light"] = "dark"
    colours: Annotated[Mapping[str, str], Named(TOKENS), Written(_COLOUR, _("must be a colour such as #1b1d22"))] = (
        field(default_factory=dict)
    )
    """Colours of one's own: token = "#rrggbb", over those of ``theme``."""
    density: Literal["compact", "normal", "roomy"] = "normal"
    """``compact``: a line for each conversation. ``roomy``: a blank line between them."""
    line_mode: bool = False
    """The inbox in lines instead of a screen, for screen readers and very thin lines."""
    mouse: Literal["auto", "on", "off"] = "auto"
    """``auto``: off over SSH, since reporting every motion is slow there."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys of one's own: action name = key."""


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """How the inbox calls somebody who looks elsewhere."""

    bell: bool = True
    desktop: Literal["off", "osc9", "osc777"] = "off"
    """Which escape sequence the terminal shows as a notice of the desktop."""
    message: bool = True
    """A customer wrote."""
    late: bool = True
    """A customer begins to wait longer than ``late_after_m``."""
    failed: bool = True
    """A reply did not leave."""
    whose: Literal["mine", "all"] = "mine"
    """``mine``: conversations of one's own and those of nobody."""
    private: bool = False
    """Neither name nor subject in a notice."""
    quiet: Annotated[str, Written(_HOURS, _('must be a span such as "22:00-07:00"'))] = ""
    """No notices between these hours."""
    every_s: Annotated[int, Range(1, 3600)] = 5
    """At most one notice in so many seconds."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration. ``channels`` are raw tables by name: their kind's connector reads them."""

    file: Path
    agent: AgentSettings = AgentSettings()
    store: StoreSettings = StoreSettings()
    inbox: InboxSettings = InboxSettings()
    engine: EngineSettings = EngineSettings()
    screen: ScreenSettings = ScreenSettings()
    notices: NoticeSettings = NoticeSettings()
    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    macros: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Several actions under one name: name = list of lines such as ``tag refund``."""
    kept: bool = True
    """Whether the file is there the next time; a demo's may not be."""

    @property
    def starts_engine(self) -> bool:
        """Whether the inbox starts an engine. On a database a team shares, a service runs it."""
        return not self.store.url if self.engine.autostart == "auto" else self.engine.autostart
