"""A channel's password, and the store's: from a command, the environment, a file, the configuration or the keyring.

A channel's table holds at most one of ``password_command``, ``password_env``, ``password_file``, ``password``
and ``keyring = true`` (extra ``keyring``). Without any of them the keyring is asked too. No message ever
repeats a value.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from omni_tui.config.settings import StoreSettings
from omni_tui.model.errors import Permanent
from omni_tui.text.i18n import _

SECRET_KEYS = ("password_command", "password_env", "password_file", "password", "keyring")
KEYRING_SERVICE = "omni-tui"
COMMAND_TIMEOUT_S = 60.0
"""Long enough for somebody to touch a key or type a passphrase."""
LONGEST_BYTES = 64 * 1024


class Secret(str):
    """Text whose ``repr`` gives nothing away, so that no log or traceback shows it by accident."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


def read_secret(name: str, table: Mapping[str, Any]) -> Secret:
    """The password of channel ``name``. Raises :class:`Permanent` saying which way failed and what to do."""
    whose = _("channel {name}").format(name=name)
    if not any(table.get(key) for key in SECRET_KEYS if key != "keyring"):
        return _from_keyring(name)
    return _named(whose, table)


def address_with_password(store: StoreSettings) -> Secret:
    """The address of the store's database, with its password if one is configured. Raises :class:`Permanent`."""
    table = {key: getattr(store, key) for key in ("password_command", "password_env", "password_file")}
    if not any(table.values()):
        return Secret(store.url)
    password = quote(_named(_("the store"), table), safe="")
    # libpq takes a password among the parameters, whatever else stands in the address.
    return Secret(f"{store.url}{'&' if '?' in store.url else '?'}password={password}")


def _named(whose: str, table: Mapping[str, Any]) -> Secret:
    given = [key for key in SECRET_KEYS if table.get(key)]
    if len(given) > 1:
        raise Permanent(
            _("There are several passwords of {whose}: {keys}.").format(whose=whose, keys=", ".join(given)),
            _("Keep one of them in the configuration."),
        )
    key = given[0]
    value = str(table[key])
    if key == "password_command":
        found = _from_command(whose, value)
    elif key == "password_env":
        found = _from_environment(whose, value)
    elif key == "password_file":
        found = _from_file(whose, value)
    else:
        found = value
    if not found:
        raise Permanent(_("The password of {whose} is empty ({key}).").format(whose=whose, key=key))
    return Secret(found)


def _first_line(raw: bytes) -> str:
    """Password managers print the password on the first line and may print notes below."""
    return raw.decode("utf-8", "surrogateescape").split("\n", 1)[0].rstrip("\r")


def _from_command(whose: str, command: str) -> str:
    hint = _("Run the password_command of {whose} in a terminal to see why.").format(whose=whose)
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Permanent(_("The password_command of {whose} has unbalanced quotes.").format(whose=whose)) from error
    program = words[0] if words else ""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_TIMEOUT_S, check=False
        )
    except FileNotFoundError as error:
        text = _("The password_command of {whose} needs {program}, which is not installed.")
        raise Permanent(text.format(whose=whose, program=program), hint) from error
    except OSError as error:
        text = _("The password_command of {whose} cannot be run: {reason}.")
        raise Permanent(text.format(whose=whose, reason=error.strerror), hint) from error
    except subprocess.TimeoutExpired:
        text = _("The password_command of {whose} ({program}) did not end within {seconds:g} s.")
        # Without a cause: TimeoutExpired carries what the command printed.
        raise Permanent(text.format(whose=whose, program=program, seconds=COMMAND_TIMEOUT_S), hint) from None
    if done.returncode != 0:
        text = _("The password_command of {whose} ({program}) failed with exit code {code}.")
        raise Permanent(text.format(whose=whose, program=program, code=done.returncode), hint)
    return _first_line(done.stdout)


def _from_environment(whose: str, variable: str) -> str:
    value = os.environ.get(variable)
    if value is None:
        raise Permanent(
            _("The variable {variable} with the password of {whose} is not set.").format(
                variable=variable, whose=whose
            ),
            _("Set it where the engine is started."),
        )
    return value


def exposed(path: Path) -> bool:
    """Whether others than the owner may read the file at ``path``. Raises ``OSError`` if it is not there."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _from_file(whose: str, value: str) -> str:
    path = Path(value).expanduser()
    if not path.is_absolute():
        text = _("The password_file of {whose} must be an absolute path or begin with ~.")
        raise Permanent(text.format(whose=whose))
    try:
        if exposed(path):
            raise Permanent(
                _("Others can read the password file {path}.").format(path=path),
                _("Run: chmod 600 {path}").format(path=shlex.quote(str(path))),
            )
        with path.open("rb") as file:
            return _first_line(file.read(LONGEST_BYTES))
    except OSError as error:
        text = _("The password file of {whose} cannot be read: {path}: {reason}.")
        raise Permanent(
            text.format(whose=whose, path=path, reason=error.strerror),
            _("Write the password into it, or name another file in the configuration."),
        ) from error


def _from_keyring(name: str) -> Secret:
    missing = Permanent(
        _("Channel {name} has no password.").format(name=name),
        _("Set password_command, password_env, password_file or keyring in its table."),
    )
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        raise missing from error
    try:
        found = keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError as error:
        raise missing from error
    if not found:
        raise missing
    return Secret(found)
