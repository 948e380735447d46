"""Keep a password somebody typed, outside the configuration: in the keyring, or in a file of one's own."""

from __future__ import annotations

from omni_tui.config import paths
from omni_tui.config.secrets import KEYRING_SERVICE
from omni_tui.config.settings import Settings
from omni_tui.config.write import write_private


def keep_password(settings: Settings, name: str, password: str) -> dict[str, str | bool]:
    """Keep the password of channel ``name``; the keys its table needs so that it is found again.

    Without a working keyring it goes to a 0600 file beside the configuration.
    """
    if _to_keyring(name, password):
        return {"keyring": True}
    path = paths.secrets_dir(settings) / name
    write_private(path, password + "\n")
    return {"password_file": str(path)}


def drop_password(settings: Settings, name: str) -> None:
    """Forget what :func:`keep_password` kept. Files named by hand elsewhere are left alone."""
    path = paths.secrets_dir(settings) / name
    path.unlink(missing_ok=True)
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return
    try:
        if keyring.get_password(KEYRING_SERVICE, name) is not None:
            keyring.delete_password(KEYRING_SERVICE, name)
    except KeyringError:
        # No usable keyring on this machine means nothing was kept in it.
        return


def _to_keyring(name: str, password: str) -> bool:
    try:
        import keyring
        from keyring.backends import fail, null
        from keyring.errors import KeyringError
    except ImportError:
        return False
    try:
        if isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring):
            return False
        keyring.set_password(KEYRING_SERVICE, name, password)
    except KeyringError:
        # Locked, or no session bus (SSH): the file serves.
        return False
    return True
