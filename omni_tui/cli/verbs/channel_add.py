"""``channel add``: connect a mailbox, tested before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call
from omni_tui.cli.channel_text import print_report
from omni_tui.cli.exit import ExitCode
from omni_tui.cli.verb import verb
from omni_tui.config.problems import refused
from omni_tui.model.errors import Conflict
from omni_tui.text.i18n import _

Tls = Literal["tls", "starttls", "none"]


@verb(
    _("Connect a mailbox. Asks for what is missing, tries it, says what a first sync brings, then saves it."),
    "omni-tui channel add",
    "omni-tui channel add support --address help@shop.example --password-command 'pass show shop/mail'",
    'printf %s "$PASSWORD" | omni-tui channel add support --address help@shop.example --imap-host imap.shop.example '
    "--smtp-host smtp.shop.example --password-stdin --json",
    "omni-tui channel add --address me@gmail.com --dry-run",
    "omni-tui channel add web --kind chat --set relay=https://relay.example.org --set chat=help --password-stdin",
    "omni-tui channel add --address me@outlook.com --set oauth=microsoft --set oauth_client_id=1b2c...",
    writes=True,
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help=_("What you call it."))] = "support",
    kind: Annotated[str, typer.Option(metavar="KIND", help=_("The kind of channel."))] = "mail",
    address: Annotated[str, typer.Option(metavar="ADDRESS", help=_("The address customers write to."))] = "",
    sender_name: Annotated[str, typer.Option(metavar="NAME", help=_("The sender customers see."))] = "",
    username: Annotated[str, typer.Option(metavar="LOGIN", help=_("Who logs in; else the address."))] = "",
    imap_host: Annotated[str, typer.Option(metavar="HOST", help=_("Known providers fill it in."))] = "",
    imap_port: Annotated[int, typer.Option(min=0, max=65535, help=_("0: the usual one."))] = 0,
    imap_tls: Annotated[Tls | None, typer.Option(help=_("How it is encrypted."))] = None,
    smtp_host: Annotated[str, typer.Option(metavar="HOST", help=_("Known providers fill it in."))] = "",
    smtp_port: Annotated[int, typer.Option(min=0, max=65535, help=_("0: the usual one."))] = 0,
    smtp_tls: Annotated[Tls | None, typer.Option(help=_("How it is encrypted."))] = None,
    ca_file: Annotated[Path | None, typer.Option(metavar="FILE", help=_("Trust these certificates too (PEM)."))] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help=_("Read the password from the first line of stdin."))
    ] = False,
    password_command: Annotated[str, typer.Option(metavar="COMMAND", help=_("A command that prints it."))] = "",
    password_env: Annotated[str, typer.Option(metavar="NAME", help=_("A variable that holds it."))] = "",
    password_file: Annotated[str, typer.Option(metavar="FILE", help=_("A file that holds it, mode 0600."))] = "",
    more: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help=_("Any other key of the channel."))
    ] = None,
    untested: Annotated[bool, typer.Option("--untested", help=_("Save it without trying it."))] = False,
) -> None:
    from omni_tui.cli.new_channel import checked_name, filled_in, may_ask, parsed_settings, password_of
    from omni_tui.engine import probe

    call = Call.of(ctx)
    settings = call.settings_or_new
    checked_name(name)
    if name in settings.channels:
        raise Conflict(
            _("There is already a channel {name}.").format(name=name),
            _("Choose another name, or remove it first: omni-tui channel remove {name}").format(name=name),
        )
    ask = may_ask(json=call.json)
    given = {
        "address": address,
        "name": sender_name,
        "username": username,
        "imap_host": imap_host,
        "imap_port": imap_port or None,
        "imap_tls": imap_tls,
        "smtp_host": smtp_host,
        "smtp_port": smtp_port or None,
        "smtp_tls": smtp_tls,
        "ca_file": str(ca_file.expanduser().absolute()) if ca_file else "",
        "password_command": password_command,
        "password_env": password_env,
        "password_file": password_file,
        **parsed_settings(more or []),
    }
    table = filled_in(kind, given, ask=ask)
    password = password_of(name, table, from_stdin=password_stdin, ask=ask)
    report = None
    if untested:
        _check(kind, name, table)
    else:
        output.say(_("Trying the connection..."))
        report = probe.try_settings(kind, table, password, name=name, open_days=settings.inbox.open_days)
    ok = report is None or report.ok
    if ok and not call.dry_run:
        _save(call, name, {"kind": kind, **table}, password)
    if call.json:
        output.document(
            "channel_added",
            dry_run=call.dry_run,
            saved=ok and not call.dry_run,
            name=name,
            config=settings.file,
            report=report.as_dict() if report else None,
        )
    elif report is not None:
        print_report(report)
    _narrate(call, name, ok)
    if not ok:
        raise typer.Exit(ExitCode.CHANNEL)


def _check(kind: str, name: str, table: dict[str, Any]) -> None:
    """What can be said without a network. Raises ``ConfigError`` with every problem."""
    from omni_tui.engine.channels import read_channel

    _channel, problems = read_channel(name, {**table, "kind": kind}, str, _("new channel"))
    if problems:
        raise refused(problems)


def _save(call: Call, name: str, table: dict[str, Any], password: str | None) -> None:
    from omni_tui.config.keep import keep_password
    from omni_tui.config.write import add_channel

    settings = call.settings_or_new
    kept = keep_password(settings, name, password) if password is not None else {}
    add_channel(settings.file, name, {**table, **kept})


def _narrate(call: Call, name: str, ok: bool) -> None:
    if not ok:
        output.say(_("Nothing was saved. Correct what failed and try again."))
    elif call.dry_run:
        output.say(_("Would save channel {name} in {file}.").format(name=name, file=call.settings_or_new.file))
    else:
        output.say(_("Saved channel {name} in {file}.").format(name=name, file=call.settings_or_new.file))
        output.say(_("Open the inbox: omni-tui"))
