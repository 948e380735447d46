"""``channel list|test|remove``."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.call import Call, opened
from omni_tui.cli.channel_text import print_report
from omni_tui.cli.columns import print_columns
from omni_tui.cli.exit import ExitCode
from omni_tui.cli.verb import verb
from omni_tui.config.paths import store_exists
from omni_tui.config.settings import Settings
from omni_tui.model.channel import ChannelRow
from omni_tui.model.errors import ConfigError, NotFound
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class ChannelEntry:
    """A channel of the configuration, of the store, or of both. ``state`` is what the engine last saw."""

    name: str
    type: str
    address: str
    configured: bool
    state: ChannelRow | None


@verb(
    _("List the channels configured, and those the store knows."),
    "omni-tui channel list",
    "omni-tui channel list --json",
    lists=True,
)
def list_(ctx: typer.Context) -> None:
    call = Call.of(ctx)
    entries = _entries(call)
    if call.ndjson:
        output.stream("channel", entries)
    elif call.json:
        output.document("channels", channels=entries)
    else:
        print_columns(
            (_("CHANNEL"), _("KIND"), _("ADDRESS"), _("HEALTH"), _("NOTE")),
            [(each.name, each.type, each.address, _health(each), _note(each)) for each in entries],
        )
        if not entries:
            output.say(_("No channel yet. Connect a mailbox: omni-tui channel add"))


@verb(
    _("Try every part of the way in and out. Says what a first sync would bring, and changes nothing."),
    "omni-tui channel test",
    "omni-tui channel test support --json",
    lists=True,
)
def test(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help=_("Which; else all."), autocompletion=completing.channels),
    ] = None,
) -> None:
    from omni_tui.engine import probe

    call = Call.of(ctx)
    settings = call.settings
    wanted = [_known(settings, name) for name in names or settings.channels]
    if not wanted:
        raise _none()
    reports = []
    problems: list[ConfigError] = []
    for name in wanted:
        output.say(_("Trying {name}...").format(name=name))
        try:
            report = probe.check(settings, name, with_preview=True)
        except ConfigError as error:
            # A mistake in one table must not keep the others from being tried.
            problems.append(error)
            output.say(error.message)
            continue
        reports.append(report)
        if not call.json and not call.ndjson:
            output.tell(f"{report.channel}  {report.address}")
            print_report(report)
    if call.ndjson:
        output.stream("report", [report.as_dict() for report in reports])
    elif call.json:
        output.document("reports", reports=[report.as_dict() for report in reports])
    if problems:
        raise typer.Exit(ExitCode.USAGE)
    if not all(report.ok for report in reports):
        raise typer.Exit(ExitCode.CHANNEL)


@verb(
    _("Take a channel out of the configuration. The password kept for it goes too, its conversations stay."),
    "omni-tui channel remove support",
    "omni-tui channel remove support --dry-run",
    writes=True,
)
def remove(
    ctx: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=completing.channels)]
) -> None:
    from omni_tui.config.keep import drop_password
    from omni_tui.config.write import remove_channel
    from omni_tui.desk import channels

    call = Call.of(ctx)
    settings = call.settings
    _known(settings, name)
    if not call.dry_run:
        remove_channel(settings.file, name)
        drop_password(settings, name)
        if store_exists(call.settings):
            # One that no engine has served yet is not in the store.
            with opened(call.settings) as store, suppress(NotFound):
                channels.forget(store, name)
    if call.json:
        output.document("channel_removed", dry_run=call.dry_run, name=name, config=settings.file)
    text = _("Would remove channel {name} from {file}.") if call.dry_run else _("Removed channel {name} from {file}.")
    output.say(text.format(name=name, file=settings.file))


def _known(settings: Settings, name: str) -> str:
    """``name`` if such a channel is configured. Raises :class:`NotFound`."""
    if not settings.channels:
        raise _none()
    if name not in settings.channels:
        raise NotFound(
            _("There is no channel called {name}.").format(name=repr(name)),
            _("They are: {names}").format(names=", ".join(settings.channels)),
        )
    return name


def _none() -> NotFound:
    return NotFound(_("No channel is configured."), _("Connect a mailbox: omni-tui channel add"))


def _entries(call: Call) -> list[ChannelEntry]:
    from omni_tui.desk import channels

    known: dict[str, ChannelRow] = {}
    if store_exists(call.settings):
        with opened(call.settings) as store:
            known = {row.name: row for row in channels.listed(store)}
    entries = [
        ChannelEntry(name, str(table.get("kind", "")), str(table.get("address", "")), True, known.get(name))
        for name, table in call.settings.channels.items()
    ]
    strange = [row for name, row in known.items() if name not in call.settings.channels]
    return entries + [ChannelEntry(row.name, row.kind, row.address, False, row) for row in strange]


def _health(entry: ChannelEntry) -> str:
    return entry.state.health.value if entry.state else _("not seen yet")


def _note(entry: ChannelEntry) -> str:
    if not entry.configured:
        return _("in the store, not in this configuration")
    return entry.state.error if entry.state else ""
