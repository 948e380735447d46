"""Where things are: the XDG directories, and the variables that override them.

``OMNI_TUI_CONFIG`` names the configuration file, ``OMNI_TUI_STORE`` the store (a file or a ``postgresql://`` address).
"""

from __future__ import annotations

import os
from pathlib import Path

from omni_tui.config.settings import Settings

APP = "omni-tui"


def config_file() -> Path:
    """``OMNI_TUI_CONFIG``, or ``config.toml`` in the user's configuration directory. It need not exist."""
    named = os.environ.get("OMNI_TUI_CONFIG", "")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return platformdirs.user_config_path(APP) / "config.toml"


def data_dir() -> Path:
    """The user's data directory for this program. It need not exist."""
    import platformdirs

    return platformdirs.user_data_path(APP)


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
