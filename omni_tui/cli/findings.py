"""What ``doctor`` looks at. Each check answers with findings and never raises for what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from omni_tui.cli.exit import ExitCode
from omni_tui.config.secrets import exposed
from omni_tui.config.settings import Settings
from omni_tui.model.errors import ConfigError, ConfigProblem, OmniError
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.engine.probe import Report
    from omni_tui.store import Store


@dataclass(frozen=True, slots=True)
class Finding:
    """``about`` is the part of the program it belongs to; it decides the exit code."""

    about: Literal["configuration", "store", "engine", "channel"]
    name: str
    result: Literal["ok", "warning", "failed"]
    message: str = ""
    hint: str = ""


def exit_code(findings: Sequence[Finding]) -> ExitCode:
    """The gravest failure's: a broken configuration, then the store, then a channel."""
    failed = {finding.about for finding in findings if finding.result == "failed"}
    if "configuration" in failed:
        return ExitCode.USAGE
    if "store" in failed or "engine" in failed:
        return ExitCode.FAILED
    return ExitCode.CHANNEL if failed else ExitCode.DONE


def unknown_keys(settings: Settings) -> tuple[ConfigProblem, ...]:
    """Names in ``[screen.keys]`` that are no action: the configuration's own reader does not know the actions."""
    from omni_tui.config.table import unknown
    from omni_tui.desk.actions import ACTIONS, COMMANDS
    from omni_tui.desk.actions.keymap import OWN_MACRO

    names = [*(action.name for action in ACTIONS), *(command.name for command in COMMANDS)]
    return tuple(
        unknown(str(settings.file), f"screen.keys.{name}", name, names)
        for name in settings.screen.keys
        if name not in names and not name.startswith(OWN_MACRO)
    )


def keys(settings: Settings) -> list[Finding]:
    """What else is wrong with ``[screen.keys]``: keys that two actions want, and keys nobody can press."""
    from omni_tui.desk.actions.keymap import OWN_MACRO, entry, free_letters, key_map, with_macros

    own = {
        name: keys
        for name, keys in settings.screen.keys.items()
        if entry(name) is not None or name.startswith(OWN_MACRO)
    }
    # A macro of one letter may be one that an agent recorded: the store knows it.
    recorded = [name.removeprefix(OWN_MACRO) for name in own if len(name) == len(OWN_MACRO) + 1]
    found = with_macros(key_map(own), dict.fromkeys((*settings.macros, *recorded)), own)
    hint = _("Give one of them another key under [screen.keys] in {file}. Letters that are free: {free}").format(
        file=settings.file, free=" ".join(free_letters(found))
    )
    return [Finding("configuration", _("keys"), "warning", problem, hint) for problem in found.problems]


def of_problems(problems: Sequence[ConfigProblem]) -> list[Finding]:
    """A finding for every problem of the configuration."""
    return [
        Finding(
            "configuration",
            problem.place,
            "failed",
            problem.message,
            _("Did you mean {near}?").format(near=problem.near) if problem.near else "",
        )
        for problem in problems
    ]


def failed(name: str, error: OmniError) -> Finding:
    """The store could not be opened."""
    return Finding("store", name, "failed", error.message, error.hint)


def configuration(settings: Settings) -> Finding:
    """The file was read without a problem, or is not there."""
    file = settings.file
    if not file.exists():
        text = _("{file} is not there; defaults hold").format(file=file)
        return Finding("configuration", _("configuration"), "warning", text, _("Make one: omni-tui init"))
    # What answers of a webhook channel are proven by stands in their headers.
    inline = any(table.get("password") or table.get("reply_headers") for table in settings.channels.values())
    if inline and exposed(file):
        text = _("{file} holds a password and can be read by others").format(file=file)
        return Finding(
            "configuration", _("configuration"), "failed", text, _("Run: chmod 600 {file}").format(file=file)
        )
    return Finding("configuration", _("configuration"), "ok", str(file))


def store(store: Store) -> list[Finding]:
    """The store is open already, so its modes and schema are right; is an engine at work, does anything wait?"""
    from omni_tui.desk import lease, outbox

    found = [Finding("store", _("store"), "ok", store.name)]
    holder = lease.holder(store)
    if holder is None:
        text = _("none is running: nothing is fetched or sent")
        hint = _("The inbox starts one by itself; without the inbox: omni-tui engine")
        found.append(Finding("engine", _("engine"), "warning", text, hint))
    else:
        found.append(Finding("engine", _("engine"), "ok", holder.owner))
    stuck = [row for row in outbox.unsettled(store) if row.outbox.state in ("failed", "uncertain")]
    if stuck:
        text = _("replies that were refused or are uncertain: {count}").format(count=len(stuck))
        found.append(Finding("engine", _("outbox"), "warning", text, _("See: omni-tui outbox list")))
    return found


def passwords(settings: Settings, name: str) -> list[Finding]:
    """Where the channel's password is kept, not what it is."""
    table = settings.channels[name]
    if table.get("password"):
        text = _("the password stands in the configuration itself")
        hint = _("Move it to password_command, password_file or the keyring.")
        return [Finding("channel", _("{name}: password").format(name=name), "warning", text, hint)]
    kept = table.get("password_file")
    if isinstance(kept, str) and kept:
        path = Path(kept).expanduser()
        if path.exists() and exposed(path.parent):
            text = _("others can look into {folder}").format(folder=path.parent)
            hint = _("Run: chmod 700 {folder}").format(folder=path.parent)
            return [Finding("channel", _("{name}: password").format(name=name), "warning", text, hint)]
    return []


def channel(settings: Settings, name: str) -> list[Finding]:
    """Every part of the way in and out of one channel."""
    from omni_tui.engine import probe

    try:
        report = probe.check(settings, name)
    except ConfigError as error:
        return of_problems(error.problems)
    except OmniError as error:
        return [Finding("channel", name, "failed", error.message, error.hint)]
    return _of_report(report)


def way(settings: Settings, name: str, store: Store) -> list[Finding]:
    """The whole way of a channel behind a relay, tried with an event that becomes nothing."""
    from omni_tui.desk import lease
    from omni_tui.engine.way import prove

    try:
        found = _of_report(prove(settings, store, name))
    except OmniError as error:
        return [Finding("channel", name, "failed", error.message, error.hint)]
    if found and found[-1].result == "failed" and found[-1].name.endswith(_("inbox")) and lease.holder(store) is None:
        # Whoever sets things up has no engine yet; everything before it was seen to work.
        found[-1] = replace(found[-1], result="warning")
    return found


def is_relayed(settings: Settings, name: str) -> bool:
    """Whether the channel's events come through a relay."""
    from omni_tui.engine.way import is_relayed

    try:
        return is_relayed(settings, name)
    except OmniError:
        return False


def _of_report(report: Report) -> list[Finding]:
    return [
        Finding(
            "channel",
            f"{report.channel}: {check.name}",
            "failed" if check.error else "ok",
            check.error or check.detail,
            check.hint if check.error else "",
        )
        for check in report.checks
    ]
