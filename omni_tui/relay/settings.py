"""The relay's own configuration, ``relay.toml``: it knows its sources and nothing of the shop behind it."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from omni_tui.config.limits import Range
from omni_tui.config.problems import refused
from omni_tui.config.table import read_table, unknown
from omni_tui.model.errors import ConfigProblem, NotFound
from omni_tui.relay.chat.settings import ChatSettings
from omni_tui.relay.verify.keys import wrong_with
from omni_tui.text.i18n import _

_TABLES = ("server", "sources", "chats")
SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")

SchemeName = Literal[
    "standard",
    "svix",
    "omni",
    "bearer",
    "address",
    "hmac",
    "meta",
    "github",
    "slack",
    "twilio",
    "line",
    "telegram",
    "wechat",
    "weibo",
    "douyin",
    "tiktok",
    "x",
    "shopify",
    "woocommerce",
    "stripe",
    "chatwoot",
    "crisp",
    "intercom",
    "tawk",
    "zendesk",
    "hubspot",
]


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where it listens and how much it keeps."""

    public_url: str = ""
    """The address the world reaches it by, such as ``https://relay.example.org``: some signatures cover it."""
    listen: str = "127.0.0.1"
    port: Annotated[int, Range(0, 65535)] = 8484
    certificate: str = ""
    """A certificate chain (PEM) to serve TLS by itself; empty behind a proxy."""
    certificate_key: str = ""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Whose ``X-Forwarded-For`` is believed."""
    database: str = field(default="", repr=False)
    """``postgresql://…`` of the database that holds the queue; empty: a file in the relay's own directory."""
    max_body_kb: Annotated[int, Range(1, 32768)] = 1024
    keep_mb: Annotated[int, Range(16, 1_048_576)] = 2048
    """Bodies kept at most; beyond that senders are told to come again later (507)."""
    rate_per_minute: Annotated[int, Range(1, 1_000_000)] = 30_000
    """Requests from one source; ``rate_per_address`` from one address."""
    rate_per_address: Annotated[int, Range(1, 1_000_000)] = 12_000


@dataclass(frozen=True, slots=True)
class Source:
    """A provider that may send: how it signs, and with which keys (several while they are rotated)."""

    scheme: SchemeName
    keys: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Everything of one relay. ``folder`` holds the configuration, the queue and the tokens."""

    folder: Path
    server: ServerSettings
    sources: Mapping[str, Source]
    chats: Mapping[str, ChatSettings] = field(default_factory=dict)


def load(folder: Path) -> RelaySettings:
    """The settings in ``folder/relay.toml``. Raises ConfigError with everything that is wrong."""
    file = folder / "relay.toml"
    problems: list[ConfigProblem] = []
    table = _table(file)
    server, more = read_table(ServerSettings, _part(table, "server", file, problems), str(file), "server")
    problems += more
    sources: dict[str, Source] = {}
    for name, raw in _part(table, "sources", file, problems).items():
        where = f"sources.{name}"
        if not SOURCE_NAME.fullmatch(name):
            problems.append(ConfigProblem(str(file), where, _("a name is made of a-z, 0-9, - and _, at most 32")))
        elif not isinstance(raw, Mapping):
            problems.append(ConfigProblem(str(file), where, _("must be a table: [{key}]").format(key=where)))
        else:
            source, more = read_table(Source, raw, str(file), where)
            problems += more
            wrong = _wrong_keys(source)
            if wrong:
                problems.append(ConfigProblem(str(file), f"{where}.keys", wrong))
            elif source is not None:
                sources[name] = source
    chats: dict[str, ChatSettings] = {}
    for name, raw in _part(table, "chats", file, problems).items():
        where = f"chats.{name}"
        if not SOURCE_NAME.fullmatch(name):
            problems.append(ConfigProblem(str(file), where, _("a name is made of a-z, 0-9, - and _, at most 32")))
        elif name in sources:
            problems.append(ConfigProblem(str(file), where, _("is the name of a source as well")))
        elif not isinstance(raw, Mapping):
            problems.append(ConfigProblem(str(file), where, _("must be a table: [{key}]").format(key=where)))
        else:
            chat, more = read_table(ChatSettings, raw, str(file), where)
            problems += more
            if chat is not None:
                chats[name] = chat
    problems += [unknown(str(file), key, key, list(_TABLES)) for key in table if key not in _TABLES]
    if problems or server is None:
        raise refused(problems, _("docs/relay.md explains every key."))
    return RelaySettings(folder, server, sources, chats)


def _wrong_keys(source: Source | None) -> str:
    if source is None:
        return ""
    if not any(source.keys):
        return _("holds no key: nothing could be trusted")
    return next(filter(None, (wrong_with(source.scheme, key) for key in source.keys if key)), "")


def check_there(folder: Path) -> None:
    """Raise :class:`NotFound` unless a relay was set up in ``folder``."""
    if not (folder / "relay.toml").exists():
        raise NotFound(
            _("There is no relay in {folder}.").format(folder=folder),
            _("Name its directory, or make one: omni-tui relay init"),
        )


def _part(table: Mapping[str, Any], name: str, file: Path, problems: list[ConfigProblem]) -> Mapping[str, Any]:
    part = table.get(name, {})
    if isinstance(part, Mapping):
        return part
    problems.append(ConfigProblem(str(file), name, _("must be a table: [{key}]").format(key=name)))
    return {}


def _table(file: Path) -> Mapping[str, Any]:
    hint = _("omni-tui relay init makes one.")
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise refused(
                (ConfigProblem(str(file), "", _("holds keys and can be read by others")),),
                _("Run: chmod 600 {path}").format(path=file),
            )
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise refused((ConfigProblem(str(file), "", error.strerror or str(error)),), hint) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise refused((ConfigProblem(str(file), _("syntax"), str(error)),), _("Correct it and try again.")) from error
