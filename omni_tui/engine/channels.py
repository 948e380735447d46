"""The configured channels: their tables checked against their kinds' settings, all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from omni_tui.config.channel_secret import ChannelSecret
from omni_tui.config.problems import refused
from omni_tui.config.secrets import SECRET_KEYS
from omni_tui.config.settings import Settings
from omni_tui.config.table import nearest, read_table
from omni_tui.connectors import registry
from omni_tui.connectors.base import Connector, ConnectorKind
from omni_tui.model.errors import ConfigProblem, NotFound
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class _Secrets:
    """Where a password is: the same for every kind, so a kind need not name these keys among its settings."""

    password_command: str = ""
    password_env: str = ""
    password_file: str = ""
    password: str = ""
    keyring: bool = False


@dataclass(frozen=True, slots=True)
class ConfiguredChannel:
    """A channel that can be opened. ``secret`` reads its password when asked, never before."""

    name: str
    kind: ConnectorKind
    settings: Any
    secret: Callable[[], str]

    @property
    def address(self) -> str:
        """The account's own address."""
        return self.kind.address(self.settings)

    @property
    def own_addresses(self) -> tuple[str, ...]:
        """The account's address and, of kinds whose settings name ``own_addresses``, its further ones."""
        more = getattr(self.settings, "own_addresses", ())
        return tuple({self.address: None, **dict.fromkeys(more)})

    def open(self) -> Connector:
        """Its connector, not yet connected."""
        return self.kind.open(self.name, self.settings, self.secret)


def configured(settings: Settings) -> tuple[ConfiguredChannel, ...]:
    """Every channel of the configuration. Raises ``ConfigError`` with all problems of all channels."""
    channels = []
    problems: list[ConfigProblem] = []
    for name, table in settings.channels.items():
        secret = ChannelSecret(name, table)
        channel, wrong = read_channel(name, table, secret, str(settings.file))
        problems.extend(wrong)
        if channel is not None:
            channels.append(channel)
    if problems:
        raise refused(problems)
    return tuple(channels)


def read_channel(
    name: str, table: Mapping[str, Any], secret: Callable[[], str], file: str
) -> tuple[ConfiguredChannel | None, tuple[ConfigProblem, ...]]:
    """One channel's table checked, with what is wrong in it."""
    prefix = f"channels.{name}"
    word = table.get("kind", "")
    if not isinstance(word, str) or not word:
        return None, (ConfigProblem(file, f"{prefix}.kind", _("the kind of channel is missing")),)
    try:
        kind = registry.kind(word)
    except NotFound as error:
        near = nearest(word, list(registry.kinds()))
        return None, (ConfigProblem(file, f"{prefix}.kind", error.message, near),)
    own = {field.name for field in fields(kind.settings)}
    secrets = {key: value for key, value in table.items() if key in SECRET_KEYS and key not in own}
    rest = {key: value for key, value in table.items() if key != "kind" and key not in secrets}
    settings, problems = read_table(kind.settings, rest, file, prefix)
    _ignored, wrong = read_table(_Secrets, secrets, file, prefix)
    if settings is None or problems or wrong:
        return None, (*problems, *wrong)
    return ConfiguredChannel(name, kind, settings, secret), ()
