"""``channel try``: what a sample payload would become on a webhook channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import completing, output
from omni_tui.cli.call import Call
from omni_tui.cli.exit import ExitCode
from omni_tui.cli.raw import raw_of
from omni_tui.cli.verb import verb
from omni_tui.model.errors import UsageError
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.engine.trying import Trial


@verb(
    _("Show what a sample payload would become. Says where a webhook channel's map misses; nothing is stored."),
    "omni-tui channel try form sample.json",
    "omni-tui relay tail --bodies --count 1 --json | jq -r .body | omni-tui channel try form -",
    "omni-tui channel try form sample.json --map sender=fields.mail --map text=fields.0.value",
    "omni-tui channel try form sample.txt --type application/x-www-form-urlencoded --json",
)
def try_(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=completing.channels)],
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help=_("What the form or app sends; - or nothing reads stdin."))
    ] = "-",
    places: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=PLACE", help=_("Look there instead of where the map says.")),
    ] = None,
    type_: Annotated[
        str, typer.Option("--type", metavar="TYPE", help=_("The Content-Type it is sent with; else it is guessed."))
    ] = "",
) -> None:
    from omni_tui.engine.trying import try_payload

    call = Call.of(ctx)
    overrides = dict(_pair(one) for one in places or ())
    settings = call.settings
    body = raw_of(file, UsageError(_("There is no payload."), _("Give a file, or what was sent through a pipe.")))
    trial = try_payload(settings, name, body, type_, overrides)
    if call.json:
        output.document("trial", trial=trial)
    else:
        _print(trial)
    if trial.message is None:
        raise typer.Exit(ExitCode.FAILED)


def _pair(text: str) -> tuple[str, str]:
    field, equals, place = text.partition("=")
    if not equals or not place.strip():
        raise UsageError(
            _("{text} names no place.").format(text=repr(text)), _("Write it as --map sender=fields.email")
        )
    return field.strip(), place.strip()


def _print(trial: Trial) -> None:
    from omni_tui.cli.clock import exact
    from omni_tui.cli.columns import aligned
    from omni_tui.cli.thread_text import INDENT
    from omni_tui.text.clean import clean, clean_line

    message = trial.message
    if message is not None:
        for title, value in (
            (_("from"), f"{message.name} ({message.sender})" if message.name else message.sender),
            (_("subject"), message.subject),
            (_("sent"), exact(message.sent_at) if message.sent_at is not None else ""),
            (_("thread"), message.thread),
            (_("id"), message.external_id),
            (_("files"), ", ".join(message.files)),
        ):
            if value:
                output.tell(f"{title}: {clean_line(value)}")
        output.tell(f"-- {_('text')}")
        for line in clean(message.text).split("\n"):
            output.tell((INDENT + line).rstrip())
    found = [each for each in trial.fields if each.found_at]
    if found:
        output.tell(f"-- {_('found')}")
        for line in aligned([(each.name, each.found_at, each.value) for each in found], room=100):
            output.tell(INDENT + line)
    if trial.problem:
        output.say(clean_line(trial.problem))
    for each in trial.fields:
        if each.problem:
            output.say(f"{each.name}: {clean_line(each.problem)}")
            if each.near:
                output.say(_("Did you mean {near}?").format(near=clean_line(each.near)))
    if trial.answer is not None:
        output.tell(f"-- {_('an answer would be posted to {host}').format(host=trial.answer.host)}")
        for line in clean(trial.answer.body).split("\n"):
            output.tell((INDENT + line).rstrip())
    if trial.answer_problem:
        output.say(clean_line(trial.answer_problem))
    if message is None:
        output.say(_("It would arrive with its source and this notice, without a customer."))
