"""Change the configuration file without losing its comments: tomlkit, and an atomic replace."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from omni_tui.model.errors import Conflict, NotFound, OmniError
from omni_tui.text.i18n import _


def add_channel(file: Path, name: str, table: Mapping[str, Any]) -> None:
    """Add ``[channels.<name>]``; the file and its directory are made if missing.

    Raises :class:`Conflict`, :class:`Unwritten`.
    """
    import tomlkit

    document = tomlkit.parse(_read(file))
    channels = document.get("channels")
    if channels is None:
        channels = tomlkit.table(is_super_table=True)
        document["channels"] = channels
    if name in channels:
        raise Conflict(
            _("There is already a channel {name} in {file}.").format(name=name, file=file),
            _("Choose another name, or remove it first: omni-tui channel remove {name}").format(name=name),
        )
    entry = tomlkit.table()
    for key, value in table.items():
        entry[key] = list(value) if isinstance(value, tuple) else value
    channels[name] = entry
    replace_file(file, tomlkit.dumps(document))


def set_in_channel(file: Path, name: str, values: Mapping[str, Any]) -> None:
    """Set keys of ``[channels.<name>]``, keeping everything else. Raises :class:`NotFound`, :class:`Unwritten`."""
    import tomlkit

    document = tomlkit.parse(_read(file))
    channels = document.get("channels", {})
    if name not in channels:
        raise NotFound(_("There is no channel {name} in {file}.").format(name=name, file=file))
    for key, value in values.items():
        channels[name][key] = value
    replace_file(file, tomlkit.dumps(document))


def remove_channel(file: Path, name: str) -> None:
    """Remove ``[channels.<name>]``. Raises :class:`NotFound`, :class:`Unwritten`."""
    import tomlkit

    document = tomlkit.parse(_read(file))
    channels = document.get("channels", {})
    if name not in channels:
        raise NotFound(
            _("There is no channel {name} in {file}.").format(name=name, file=file),
            _("List them with: omni-tui channel list"),
        )
    del channels[name]
    if not channels:
        del document["channels"]
    replace_file(file, tomlkit.dumps(document))


class Unwritten(OmniError):
    """A file could not be written; what was there before is still there."""


def replace_file(file: Path, text: str) -> None:
    """Write ``text`` to ``file`` in one step: a reader sees the old file or the new. A new file gets 0600.

    Raises :class:`Unwritten`.
    """
    try:
        _replace(file, text)
    except OSError as error:
        raise Unwritten(
            _("{path} cannot be written: {reason}").format(path=file, reason=error.strerror or error),
            _("Check that its directory exists, has space, and belongs to you."),
        ) from error


def _replace(file: Path, text: str) -> None:
    # A configuration kept elsewhere and linked here stays a link.
    target = file.resolve()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".omni-tui-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_private(file: Path, text: str) -> None:
    """Replace ``file`` by one that only its owner can read, whatever its mode was. Raises :class:`Unwritten`."""
    with contextlib.suppress(OSError):  # what hinders this hinders the writing, too
        file.unlink(missing_ok=True)
    replace_file(file, text)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
