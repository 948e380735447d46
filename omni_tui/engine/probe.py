"""A channel looked at on request, for the skins: what works, what does not, what a first sync would bring."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

from omni_tui.config.channel_secret import ChannelSecret
from omni_tui.config.problems import refused
from omni_tui.config.secrets import read_secret
from omni_tui.config.settings import Settings
from omni_tui.connectors.base import Check, Connector, Preview
from omni_tui.engine.channels import ConfiguredChannel, read_channel
from omni_tui.model.errors import ChannelError, NotFound
from omni_tui.text.i18n import _

T = TypeVar("T")

CLOSE_S = 2.0


@dataclass(frozen=True, slots=True)
class Report:
    """``preview`` is None where a check failed, or nobody asked for it."""

    channel: str
    kind: str
    address: str
    checks: tuple[Check, ...]
    preview: Preview | None = None

    @property
    def ok(self) -> bool:
        """Whether every check went well."""
        return not any(check.error for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "ok": self.ok}


def check(settings: Settings, name: str, *, with_preview: bool = False) -> Report:
    """Try every part of a configured channel. Raises ``NotFound``, ``ConfigError``; never ``ChannelError``."""
    channel = configured_channel(settings, name)
    return asyncio.run(_report(channel, settings.inbox.open_days if with_preview else None))


def preview(settings: Settings, name: str) -> Preview:
    """What a first sync of a configured channel would bring. Raises also ``ChannelError``."""
    channel = configured_channel(settings, name)
    return asyncio.run(_with(channel, lambda connector: connector.preview(settings.inbox.open_days)))


def try_settings(
    kind: str, table: Mapping[str, Any], password: str | None = None, *, name: str = "new", open_days: int = 14
) -> Report:
    """Try a channel before it is written down. Raises ``ConfigError``; never ``ChannelError``.

    ``password`` None: by what ``table`` says.
    """

    def secret() -> str:
        return read_secret(name, table) if password is None else password

    channel, problems = read_channel(name, {**table, "kind": kind}, secret, _("new channel"))
    if channel is None:
        raise refused(problems)
    return asyncio.run(_report(channel, open_days))


def configured_channel(settings: Settings, name: str) -> ConfiguredChannel:
    """The channel of that name. Raises NotFound, ConfigError."""
    table = settings.channels.get(name)
    if table is None:
        near = get_close_matches(name, settings.channels, n=1)
        hint = _("Did you mean {near}?").format(near=near[0]) if near else _("omni-tui channel list names all.")
        raise NotFound(_("There is no channel called {name}.").format(name=name), hint)
    channel, problems = read_channel(name, table, ChannelSecret(name, table), str(settings.file))
    if channel is None:
        raise refused(problems)
    return channel


async def _report(channel: ConfiguredChannel, open_days: int | None) -> Report:
    async def look(connector: Connector) -> tuple[tuple[Check, ...], Preview | None]:
        checks = await connector.check()
        if open_days is None or any(each.error for each in checks):
            return checks, None
        return checks, await connector.preview(open_days)

    try:
        checks, seen = await _with(channel, look)
    except ChannelError as error:
        checks, seen = (Check(_("connection"), error.message, error.hint),), None
    return Report(channel.name, channel.kind.kind, channel.address, checks, seen)


async def _with(channel: ConfiguredChannel, use: Callable[[Connector], Awaitable[T]]) -> T:
    connector = channel.open()
    try:
        return await use(connector)
    finally:
        # A connection that does not end in time ends with the process; the answer is already known.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await connector.close()
