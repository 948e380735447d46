"""Changing the configuration keeps what people wrote in it."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.config.keep import drop_password, keep_password
from omni_tui.config.load import load_settings
from omni_tui.config.secrets import read_secret
from omni_tui.config.settings import Settings
from omni_tui.config.write import Unwritten, add_channel, remove_channel, replace_file, write_private
from omni_tui.model.errors import Conflict, NotFound

keyring = pytest.importorskip("keyring")
from keyring.backend import KeyringBackend  # noqa: E402  after the check that it is there
from keyring.backends import fail  # noqa: E402

MAIL = {"kind": "mail", "address": "a@shop.example", "imap_port": 1143, "quote": False, "aliases": ("b@shop.example",)}

NOWHERE = Path("/proc/nowhere")
"""Where even root makes no directory."""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_cannot_be_written_is_one_sentence() -> None:
    for write in (
        lambda: add_channel(NOWHERE / "config.toml", "shop", MAIL),
        lambda: write_private(NOWHERE / "secret", "word"),
        lambda: replace_file(NOWHERE / "config.toml", ""),
    ):
        with pytest.raises(Unwritten, match=f"{NOWHERE}/.* cannot be written: "):
            write()


def test_a_new_file_is_private(tmp_path: Path) -> None:
    file = tmp_path / "etc" / "config.toml"
    add_channel(file, "support", MAIL)
    assert mode(file) == 0o600
    assert mode(file.parent) == 0o700
    assert load_settings(file).channels == {"support": {**MAIL, "aliases": ["b@shop.example"]}}


def test_comments_order_and_mode_stay(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    before = '# mine\n[agent]\nlogin = "ana"  # me\n\n[channels.old] # first\nkind = "mail"\n'
    file.write_text(before)
    file.chmod(0o640)
    add_channel(file, "new", MAIL)
    assert file.read_text().startswith(before)
    assert mode(file) == 0o640
    assert list(load_settings(file).channels) == ["old", "new"]
    remove_channel(file, "new")
    assert file.read_text().rstrip() == before.rstrip()


def test_the_example_can_be_added_to(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    example = (Path(__file__).parents[2] / "config.example.toml").read_text()
    file.write_text(example)
    add_channel(file, "support", MAIL)
    assert file.read_text().startswith(example)
    assert list(load_settings(file).channels) == ["support"]
    remove_channel(file, "support")
    assert load_settings(file) == Settings(file=file)


def test_a_linked_configuration_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("# kept elsewhere\n")
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    add_channel(link, "support", MAIL)
    assert link.is_symlink()
    assert "[channels.support]" in real.read_text()


def test_taken_and_missing_names_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    add_channel(file, "support", MAIL)
    before = file.read_text()
    with pytest.raises(Conflict):
        add_channel(file, "support", MAIL)
    with pytest.raises(NotFound):
        remove_channel(file, "sales")
    assert file.read_text() == before


def test_values_cannot_break_out_of_their_quotes(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    hostile = 'x"\n[agent]\nlogin = "root'
    add_channel(file, "support", {"kind": "mail", "name": hostile})
    settings = load_settings(file)
    assert settings.agent.login == ""
    assert settings.channels["support"]["name"] == hostile


def test_a_typed_password_is_kept_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    settings = Settings(file=tmp_path / "etc" / "config.toml")
    keys = keep_password(settings, "support", "s3cret")
    kept = Path(str(keys["password_file"]))
    assert mode(kept) == 0o600
    assert mode(kept.parent) == 0o700
    assert read_secret("support", keys) == "s3cret"
    keep_password(settings, "support", "newer")
    assert read_secret("support", keys) == "newer"
    drop_password(settings, "support")
    assert not kept.exists()
    drop_password(settings, "support")


class Memory(KeyringBackend):
    """A keyring that works, as on a desktop."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def no_keyring_left() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_a_working_keyring_keeps_it(tmp_path: Path, no_keyring_left: None) -> None:
    memory = Memory()
    keyring.set_keyring(memory)
    settings = Settings(file=tmp_path / "config.toml")
    keys = keep_password(settings, "support", "s3cret")
    assert keys == {"keyring": True}
    assert read_secret("support", keys) == "s3cret"
    assert list(tmp_path.iterdir()) == []
    drop_password(settings, "support")
    assert memory.kept == {}


def test_a_keyring_without_a_desktop_gives_way_to_a_file(tmp_path: Path, no_keyring_left: None) -> None:
    keyring.set_keyring(fail.Keyring())
    keys = keep_password(Settings(file=tmp_path / "config.toml"), "support", "s3cret")
    assert read_secret("support", keys) == "s3cret"
    assert "password_file" in keys
