"""Read the configuration file; a missing one means defaults."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from omni_tui.config import paths
from omni_tui.config.problems import refused
from omni_tui.config.settings import (
    AgentSettings,
    EngineSettings,
    InboxSettings,
    NoticeSettings,
    ScreenSettings,
    Settings,
    StoreSettings,
)
from omni_tui.model.errors import ConfigProblem
from omni_tui.text.i18n import _

SECTIONS: dict[str, type[Any]] = {
    "agent": AgentSettings,
    "store": StoreSettings,
    "inbox": InboxSettings,
    "engine": EngineSettings,
    "screen": ScreenSettings,
    "notices": NoticeSettings,
}
"""Every table of the file but ``channels``, with the dataclass that says what it may hold."""

CHANNEL_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
"""What a channel may be called: a bare TOML key that can be typed in a query and on a command line."""


MACRO_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
"""What a macro may be called; one letter or digit is its key behind @."""


def load_settings(path: Path | None = None) -> Settings:
    """The settings of ``path``, with ``OMNI_TUI_STORE`` applied; without a path :func:`paths.config_file`.

    Raises :class:`ConfigError` with every problem of the file at once. What a channel's table may hold beyond
    its kind is checked by ``engine.channels``.
    """
    settings, problems = read_settings(path)
    if problems:
        raise refused(problems, _("Every key is explained in config.example.toml."))
    return settings


def read_settings(path: Path | None = None) -> tuple[Settings, tuple[ConfigProblem, ...]]:
    """What is right in the file, with defaults where it is not, and everything that is wrong.

    Raises :class:`ConfigError` for a file that cannot be read at all.
    """
    file = path.expanduser().absolute() if path else paths.config_file()
    settings, problems = _from_table(_parse(file), file)
    store = os.environ.get("OMNI_TUI_STORE", "")
    if store:
        settings = replace(settings, store=settings.store.at(store))
    return settings, problems


def _parse(file: Path) -> dict[str, Any]:
    try:
        source = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        problem = ConfigProblem(str(file), "", error.strerror or str(error))
        raise refused((problem,), _("Make the file readable, or name another one with --config.")) from error
    import tomllib

    try:
        return tomllib.loads(source.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        problem = ConfigProblem(str(file), _("line {line}").format(line=line), _("is not UTF-8 text"))
        raise refused((problem,), _("Save the file as UTF-8.")) from error
    except tomllib.TOMLDecodeError as error:
        raise refused((_syntax_problem(file, str(error)),), _("Correct the line and try again.")) from error


def _syntax_problem(file: Path, message: str) -> ConfigProblem:
    """tomllib says "… (at line 3, column 7)": the place goes where the key would stand."""
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    if not found:
        return ConfigProblem(str(file), _("syntax"), message)
    text, line, column = found.groups()
    place = _("line {line}, column {column}").format(line=line, column=column) if line else _("end of file")
    return ConfigProblem(str(file), place, text)


def _from_table(table: Mapping[str, Any], file: Path) -> tuple[Settings, tuple[ConfigProblem, ...]]:
    if not table:
        return Settings(file=file), ()
    from omni_tui.config.table import read_table, unknown

    problems: list[ConfigProblem] = []
    sections: dict[str, Any] = {}
    names = [field.name for field in fields(Settings) if field.name not in ("file", "kept")]
    for key, raw in table.items():
        if key not in names:
            problems.append(unknown(str(file), key, key, names))
        elif not isinstance(raw, Mapping):
            problems.append(ConfigProblem(str(file), key, _("must be a table: [{key}]").format(key=key)))
        elif key == "channels":
            found = _channel_problems(raw, str(file))
            wrong = {problem.key.split(".")[1] for problem in found}
            sections[key] = {name: channel for name, channel in raw.items() if name not in wrong}
            problems += found
        elif key == "macros":
            problems += _macro_problems(raw, str(file))
            sections[key] = {name: tuple(steps) for name, steps in raw.items() if _is_macro(name, steps)}
        else:
            section, more = read_table(SECTIONS[key], raw, str(file), key)
            problems += more
            if section is not None:
                sections[key] = section
    return Settings(file=file, **sections), tuple(problems)


def _is_macro(name: str, steps: Any) -> bool:
    texts = isinstance(steps, list) and all(isinstance(step, str) for step in steps)
    return MACRO_NAME.fullmatch(name) is not None and texts and bool(steps)


def _macro_problems(macros: Mapping[str, Any], file: str) -> list[ConfigProblem]:
    return [
        ConfigProblem(
            file,
            f"macros.{name}",
            _('must be a list of actions under a short name of letters, digits, "-" or "_": ["tag refund", "resolve"]'),
        )
        for name, steps in macros.items()
        if not _is_macro(name, steps)
    ]


def _channel_problems(channels: Mapping[str, Any], file: str) -> list[ConfigProblem]:
    problems: list[ConfigProblem] = []
    for name, table in channels.items():
        where = f"channels.{name}"
        if not CHANNEL_NAME.fullmatch(name):
            rule = _("a channel's name is made of a-z, 0-9, - and _, at most 32")
            problems.append(ConfigProblem(file, where, rule))
        if not isinstance(table, Mapping):
            text = _("must be a table: [channels.{name}]").format(name=name)
            problems.append(ConfigProblem(file, where, text))
        elif not isinstance(table.get("kind"), str):
            problems.append(ConfigProblem(file, f"{where}.kind", _('is missing; write kind = "mail"')))
    return problems
