"""A channel's table from what the command line, the provider's preset and the person say."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from typing import Any

import typer

from omni_tui.cli import output
from omni_tui.config.load import CHANNEL_NAME
from omni_tui.config.secrets import SECRET_KEYS
from omni_tui.model.errors import UsageError
from omni_tui.text.address import registrable
from omni_tui.text.i18n import _

_PROTOCOLS = ("imap", "smtp")


def checked_name(name: str) -> str:
    """``name`` if a channel may be called so. Raises :class:`UsageError`."""
    if not CHANNEL_NAME.fullmatch(name):
        raise UsageError(
            _("{name} cannot be a channel's name.").format(name=repr(name)),
            _("Use a-z, 0-9, - and _, at most 32, such as: support"),
        )
    return name


def parsed_settings(pairs: list[str]) -> dict[str, Any]:
    """``--set key=value`` pairs; a value that is TOML is read as such, anything else is text."""
    import tomllib

    table: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise UsageError(_("--set wants key=value."), _("Such as: --set poll_s=60"))
        try:
            table[key.strip()] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            table[key.strip()] = value
    return table


def filled_in(kind: str, given: Mapping[str, Any], *, ask: bool) -> dict[str, Any]:
    """The table: what was given, before it the provider's preset; ``ask`` prompts for what is missing."""
    from omni_tui.engine.presets import password_hint

    table = {key: value for key, value in given.items() if value not in (None, "", False)}
    if ask and kind == "mail" and "address" not in table:
        table["address"] = _asked(_("Mail address customers write to"))
    table = {**_servers(kind, table), **table}
    if ask and kind == "mail":
        domain = str(table["address"]).rpartition("@")[2]
        for key, text in (("imap_host", _("IMAP server")), ("smtp_host", _("SMTP server"))):
            if key not in table:
                table[key] = _asked(text, f"{key.removesuffix('_host')}.{domain}")
    hint = password_hint(kind, str(table.get("imap_host", "")))
    if hint and ask:
        output.say(hint)
    return table


def _servers(kind: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a known provider; else, where one or a login is missing, what the address's own domain says of it."""
    from omni_tui.engine.presets import find_servers, preset_for

    address = str(table.get("address", ""))
    preset, domain = preset_for(kind, address), address.rpartition("@")[2]
    missing = [each for each in _PROTOCOLS if f"{each}_host" not in table]
    if preset or kind != "mail" or not domain or not (missing or "username" not in table):
        return preset
    output.say(_("Looking for the mail servers of {domain}...").format(domain=domain))
    found = find_servers(kind, address)
    if not found:
        return {}
    if missing:
        output.say(_("Found {imap} and {smtp}.").format(imap=found["imap_host"], smtp=found["smtp_host"]))
    return _of_servers(found, missing) | _logins(found, table)


def _of_servers(found: Mapping[str, Any], missing: Collection[str]) -> dict[str, Any]:
    return {
        key: value for key, value in found.items() if key.partition("_")[0] in missing and not key.endswith("username")
    }


def _logins(found: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """The login names that go with the servers found, for those of the same organisation: ``mail.shop.example`` is
    often another name of ``imap.shop.example``, and a stranger's server knows other logins.
    """
    theirs = [
        each
        for each in _PROTOCOLS
        if registrable(str(table.get(f"{each}_host") or found[f"{each}_host"]).lower())
        == registrable(found[f"{each}_host"])
    ]
    login = found.get("username")
    logins = {
        "username": login if "imap" in theirs else None,
        "smtp_username": found.get("smtp_username", None if "imap" in theirs else login) if "smtp" in theirs else None,
    }
    return {key: value for key, value in logins.items() if value}


def password_of(name: str, table: Mapping[str, Any], *, from_stdin: bool, ask: bool) -> str | None:
    """The password somebody gives now, or None when the table says where it is. Raises :class:`UsageError`."""
    named = [key for key in SECRET_KEYS if table.get(key)]
    if table.get("oauth") and not named:
        from omni_tui.cli.signing_in import signed_in

        return signed_in(name, {"kind": "mail", **table})
    if from_stdin:
        if named:
            raise UsageError(_("--password-stdin and {key} exclude each other.").format(key=named[0]))
        password = sys.stdin.buffer.readline().decode("utf-8", "surrogateescape").rstrip("\r\n")
        if not password:
            raise UsageError(_("There is no password on stdin."))
        return password
    if named:
        return None
    if not ask:
        raise UsageError(
            _("There is no password."),
            _("Give --password-stdin, --password-command, --password-env or --password-file."),
        )
    return str(typer.prompt(_("Password"), hide_input=True, err=True))


def may_ask(*, json: bool) -> bool:
    """Whether a person is there to answer questions."""
    return not json and sys.stdin.isatty() and sys.stderr.isatty()


def _asked(text: str, default: str | None = None) -> str:
    return str(typer.prompt(text, default=default, err=True)).strip()
