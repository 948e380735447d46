"""A channel's secret as its connector gets it: read when asked, and where it is ours to keep, replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omni_tui.config.secrets import KEYRING_SERVICE, SECRET_KEYS, Secret, read_secret
from omni_tui.config.write import Unwritten, write_private


@dataclass(frozen=True, slots=True)
class ChannelSecret:
    """Called, it reads the secret of channel ``name``. Raises :class:`Permanent` as ``read_secret`` does."""

    name: str
    table: Mapping[str, Any] = field(repr=False)

    def __call__(self) -> Secret:
        return read_secret(self.name, self.table)

    def keep(self, value: str) -> bool:
        """Put ``value`` in its place. False where that is not ours to write (a command, a variable)."""
        given = [key for key in SECRET_KEYS if self.table.get(key)]
        if given == ["password_file"]:
            return _to_file(Path(str(self.table["password_file"])).expanduser(), value)
        return _to_keyring(self.name, value) if given in ([], ["keyring"]) else False


def _to_file(path: Path, value: str) -> bool:
    try:
        write_private(path, value + "\n")
    except Unwritten:
        return False
    return True


def _to_keyring(name: str, value: str) -> bool:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return False
    try:
        keyring.set_password(KEYRING_SERVICE, name, value)
    except KeyringError:
        return False
    return True
