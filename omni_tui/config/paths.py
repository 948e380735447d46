"""Where things are: the XDG directories, and the variables that override them.

``OMNI_TUI_CONFIG`` names the configuration file, ``OMNI_TUI_STORE`` the store (a file or a ``postgresql://`` address).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from omni_tui.config.settings import Settings

APP = "omni-tui"


def config_file() -> Path:
    """``OMNI_TUI_CONFIG``, or ``config.toml`` in the user's configuration directory. It need not exist."""
    named = os.environ.get("OMNI_TUI_CONFIG", "")
    if named:
        return Path(named).expanduser().absolute()
    return _user_dir("XDG_CONFIG_HOME", ".config", "user_config_path") / "config.toml"


def data_dir() -> Path:
    """The user's data directory for this program. It need not exist."""
    return _user_dir("XDG_DATA_HOME", ".local/share", "user_data_path")


def tour_file() -> Path:
    """Is there once the tour of the first time was done or put away."""
    return data_dir() / "tour-done"


def _user_dir(variable: str, default: str, elsewhere: str) -> Path:
    # The two lines of the XDG Base Directory Specification, as platformdirs reads them: importing it costs a start.
    if sys.platform == "linux":
        named = os.environ.get(variable, "")
        return (Path(named) if named.startswith("/") else Path.home() / default) / APP
    import platformdirs

    found: Path = getattr(platformdirs, elsewhere)(APP)
    return found


def store_location(settings: Settings) -> Path | str:
    """What ``open_store`` takes: the SQLite file, or the address of a database with its password in it.

    The address does not show itself in a ``repr``. Raises :class:`Permanent` for a password that cannot be had.
    """
    if not settings.store.url:
        return store_path(settings)
    from omni_tui.config.secrets import address_with_password

    return address_with_password(settings.store)


def store_path(settings: Settings) -> Path:
    """The SQLite file: as configured (a relative path begins at the configuration file), or the default."""
    if settings.store.path:
        return settings.file.parent.joinpath(Path(settings.store.path).expanduser()).absolute()
    return data_dir() / "omni.db"


def store_exists(settings: Settings) -> bool:
    """Whether there may be a store: its file is there, or it is a database."""
    return bool(settings.store.url) or store_path(settings).exists()


def secrets_dir(settings: Settings) -> Path:
    """Where ``channel add`` keeps passwords on machines without a keyring: beside the configuration."""
    return settings.file.parent / "secrets"
