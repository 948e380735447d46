"""``doctor``: everything looked at, each thing on a line, whatever else is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


@verb(
    _("Check the configuration, the store, the engine, passwords and every channel. Changes nothing."),
    "omni-tui doctor",
    "omni-tui doctor --json",
)
def doctor(ctx: typer.Context) -> None:
    from omni_tui.cli import findings

    call = Call.of(ctx)
    found: list[Finding] = []

    def add(*more: Finding) -> None:
        for finding in more:
            found.append(finding)
            if not call.json:
                _tell(finding)

    try:
        settings = call.settings
    except ConfigError as error:
        # Without a configuration nothing else can be named, so this is all there is to say.
        add(*findings.of_problems(error))
    else:
        add(findings.configuration(settings))
        try:
            with opened(call) as store:
                add(*findings.store(store))
        except OmniError as error:
            add(findings.failed(_("store"), error))
        for name in settings.channels:
            add(*findings.passwords(settings, name))
            add(*findings.channel(settings, name))
    code = findings.exit_code(found)
    if call.json:
        output.document("doctor", ok=code is ExitCode.DONE, findings=found)
    if code is not ExitCode.DONE:
        raise typer.Exit(code)


def _tell(finding: Finding) -> None:
    words = {"ok": _("ok"), "warning": _("warning"), "failed": _("failed")}[finding.result]
    detail = f": {clean_line(finding.message)}" if finding.message else ""
    output.tell(f"{words:<8}  {clean_line(finding.name)}{detail}")
    if finding.hint:
        output.tell(f"{'':<8}  {clean_line(finding.hint)}")
