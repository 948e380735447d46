"""Which store: a file or a database, from the file, the environment and the command line; and its password."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_tui.config.load import load_settings
from omni_tui.config.paths import store_exists, store_location
from omni_tui.config.settings import Settings, StoreSettings
from omni_tui.model.errors import ConfigError, Permanent
from omni_tui.store.location import is_url, shown

URL = "postgresql://omni@db.example/shop"


def load(folder: Path, text: str) -> Settings:
    file = folder / "config.toml"
    file.write_text(text)
    return load_settings(file)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMNI_TUI_STORE", raising=False)


def test_a_database_in_place_of_a_file(tmp_path: Path) -> None:
    settings = load(tmp_path, f'[store]\nurl = "{URL}"\n')
    assert store_location(settings) == URL
    assert store_exists(settings)
    assert not settings.starts_engine


def test_the_environment_and_the_command_line_may_name_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_TUI_STORE", URL)
    settings = load(tmp_path, '[store]\npath = "shop.db"\n')
    assert store_location(settings) == URL
    assert settings.store.at(str(tmp_path / "a.db")) == StoreSettings(path=str(tmp_path / "a.db"))
    assert settings.store.at("postgres://h/db").url == "postgres://h/db"


def test_two_stores_and_what_is_no_address_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two stores"):
        load(tmp_path, f'[store]\nurl = "{URL}"\npath = "shop.db"\n')
    with pytest.raises(ConfigError, match="postgresql://") as told:
        load(tmp_path, '[store]\nurl = "mysql://u:s3cret@h/db"\n')
    assert "s3cret" not in str(told.value)


def test_an_engine_is_started_beside_a_database_only_when_told(tmp_path: Path) -> None:
    assert load(tmp_path, "").starts_engine
    assert not load(tmp_path, "[engine]\nautostart = false\n").starts_engine
    assert load(tmp_path, f'[store]\nurl = "{URL}"\n[engine]\nautostart = true\n').starts_engine
    with pytest.raises(ConfigError, match="must be one of auto"):
        load(tmp_path, '[engine]\nautostart = "maybe"\n')


@pytest.mark.parametrize("password", ["plain", "with space", "a@b:c/d?e&f%g#h", "密码"])
def test_the_password_reaches_libpq_whole_and_shows_nowhere(
    password: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conninfo = pytest.importorskip("psycopg.conninfo")
    secret = tmp_path / "password"
    secret.write_text(password + "\n")
    secret.chmod(0o600)
    monkeypatch.setenv("SHOP_DB", password)
    for url in (URL, f"{URL}?sslmode=require"):
        for way in (f'password_file = "{secret}"', 'password_env = "SHOP_DB"', f'password_command = "cat {secret}"'):
            settings = load(tmp_path, f'[store]\nurl = "{url}"\n{way}\n')
            address = store_location(settings)
            assert isinstance(address, str) and is_url(address)
            assert conninfo.conninfo_to_dict(str(address))["password"] == password
            assert password not in repr(address) + repr(settings) + shown(address)


def test_a_password_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    settings = load(tmp_path, f'[store]\nurl = "{URL}"\npassword_env = "NOT_SET_ANYWHERE"\n')
    with pytest.raises(Permanent, match="password of the store"):
        store_location(settings)


@pytest.mark.parametrize(
    ("url", "for_people"),
    [
        ("postgresql://u:s3cret@h:5432/db?sslmode=require&password=s3cret", "postgresql://u@h:5432/db"),
        ("postgresql://u:s3@cret@a:1,b:2/db", "postgresql://u@a:1,b:2/db"),
        ("postgresql:///db?host=/run/postgresql&user=u", "postgresql:///db?host=/run/postgresql&user=u"),
        ("postgresql://u:s3cret@[bad", "postgresql://…"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, for_people: str) -> None:
    assert shown(url) == for_people
