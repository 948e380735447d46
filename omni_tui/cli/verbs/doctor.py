"""``doctor``: everything looked at, each thing on a line, whatever else is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, opened
from omni_tui.cli.exit import ExitCode
from omni_tui.cli.verb import verb
from omni_tui.model.errors import ConfigError, OmniError
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.cli.findings import Finding

_WORD = 10
"""How many cells the word before a finding takes, with the gap behind it."""


@verb(
    _("Check configuration, store, engine, passwords and channels. Changes nothing unless told to."),
    "omni-tui doctor",
    "omni-tui doctor --store",
    "omni-tui doctor --store --repair",
    "omni-tui doctor --json",
    bare={"--store": "--thorough"},
)
def doctor(
    ctx: typer.Context,
    thorough: Annotated[
        bool, typer.Option("--thorough", help=_("Look at everything in the store; --store without FILE says the same."))
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help=_("Look at everything in the store, and mend what can be mended."))
    ] = False,
) -> None:
    from omni_tui.cli import findings, stored
    from omni_tui.config.load import read_settings

    call = Call.of(ctx)
    found: list[Finding] = []

    def add(*more: Finding) -> None:
        for finding in more:
            found.append(finding)
            if not call.json:
                _tell(finding)

    call.named_file_must_be_there()
    try:
        settings, problems = read_settings(call.config)
    except ConfigError as error:
        # Of a file that cannot be read there is nothing else to say.
        add(*findings.of_problems(error.problems))
    else:
        settings = call.with_options(settings)
        problems += findings.unknown_keys(settings)
        add(*findings.of_problems(problems) or [findings.configuration(settings)], *findings.keys(settings))
        readable = False
        # A mistake in the table of the store: where it is nobody knows.
        if not any("store" in (problem.key.partition(".")[0], problem.near) for problem in problems):
            try:
                with opened(settings) as store:
                    readable = True
                    add(*findings.store(store))
                    if thorough or repair:
                        for finding in stored.found(store, repair=repair):
                            add(finding)
            except OmniError as error:
                add(stored.broken(settings, error))
        for name in settings.channels:
            add(*findings.passwords(settings, name))
            tried = findings.channel(settings, name)
            add(*tried)
            if readable and all(each.result == "ok" for each in tried) and findings.is_relayed(settings, name):
                with opened(settings) as store:
                    add(*findings.way(settings, name, store))
    code = findings.exit_code(found)
    if call.json:
        output.document("doctor", ok=code is ExitCode.DONE, findings=found)
    if code is not ExitCode.DONE:
        raise typer.Exit(code)


def _tell(finding: Finding) -> None:
    from omni_tui.text.cells import width

    words = {"ok": _("ok"), "warning": _("warning"), "failed": _("failed")}[finding.result]
    detail = f": {clean_line(finding.message)}" if finding.message else ""
    output.tell(f"{words}{' ' * (_WORD - width(words))}{clean_line(finding.name)}{detail}")
    if finding.hint:
        output.tell(" " * _WORD + clean_line(finding.hint))
