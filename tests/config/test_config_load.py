"""The configuration file: defaults, every problem at once, and where things are."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_tui.config import paths
from omni_tui.config.load import load_settings
from omni_tui.config.settings import Settings
from omni_tui.model.errors import ConfigError


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OMNI_TUI_CONFIG", "OMNI_TUI_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "etc"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


def config(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


def problems(file: Path) -> dict[str, tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        load_settings(file)
    assert all(problem.file == str(file) for problem in caught.value.problems)
    return {problem.key: (problem.message, problem.near) for problem in caught.value.problems}


def test_missing_file_means_defaults(tmp_path: Path) -> None:
    file = tmp_path / "nowhere.toml"
    assert load_settings(file) == Settings(file=file)


def test_values_arrive_typed(tmp_path: Path) -> None:
    file = config(
        tmp_path,
        """
        [agent]
        login = "ana"
        [inbox]
        open_days = 7
        own_domains = ["shop.example"]
        [engine]
        autostart = false
        [screen]
        theme = "ansi"
        [screen.keys]
        resolve = "E"
        [channels.support]
        kind = "mail"
        address = "help@shop.example"
        """,
    )
    settings = load_settings(file)
    assert settings.agent.login == "ana"
    assert settings.inbox.open_days == 7
    assert settings.inbox.own_domains == ("shop.example",)
    assert settings.engine.autostart is False
    assert settings.screen.theme == "ansi"
    assert settings.screen.keys == {"resolve": "E"}
    assert settings.channels["support"]["address"] == "help@shop.example"


def test_every_problem_at_once_with_the_nearest_spelling(tmp_path: Path) -> None:
    found = problems(
        config(
            tmp_path,
            """
            colour = 1
            agnet = {}
            [agent]
            logni = "ana"
            [inbox]
            open-days = 3
            undo_send_s = true
            own_domains = "shop.example"
            warn_after_m = 0
            [screen]
            theme = "drak"
            mouse = 3
            keys = { resolve = 1 }
            [channels.support]
            address = "help@shop.example"
            [channels."Big Shop"]
            kind = "mail"
            """,
        )
    )
    assert {key: near for key, (_, near) in found.items()} == {
        "colour": "",
        "agnet": "agent",
        "agent.logni": "login",
        "inbox.open-days": "open_days",
        "inbox.undo_send_s": "",
        "inbox.own_domains": "",
        "inbox.warn_after_m": "",
        "screen.theme": "dark",
        "screen.mouse": "",
        "screen.keys": "",
        "channels.support.kind": "",
        "channels.Big Shop": "",
    }
    assert found["inbox.undo_send_s"][0] == "must be a whole number"
    assert found["screen.theme"][0] == "must be one of dark, light, contrast, contrast-light, ansi, ansi-light"


def test_the_error_names_file_key_and_spelling(tmp_path: Path) -> None:
    file = config(tmp_path, "[agent]\nlogni = 1\n[store]\npth = 1\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(file)
    assert caught.value.message.splitlines() == [
        f"{file}: agent.logni: is not a known key (Did you mean login?)",
        f"{file}: store.pth: is not a known key (Did you mean path?)",
    ]


def test_no_value_is_repeated_in_a_problem(tmp_path: Path) -> None:
    found = problems(config(tmp_path, '[screen]\ntheme = "hunter2"\n[inbox]\nopen_days = "hunter2"\n'))
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("text", "place"),
    [("[agent]\nlogin = \n", "line 2, column 9"), ('[agent]\nlogin = "', "end of file"), ("a = 1\na = 2\n", "line 2")],
)
def test_syntax_errors_say_where(tmp_path: Path, text: str, place: str) -> None:
    (key,) = problems(config(tmp_path, text))
    assert key.startswith(place)


def test_not_utf8_says_the_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b'[agent]\nname = "caf\xe9"\n')
    assert problems(file) == {"line 2": ("is not UTF-8 text", "")}


def test_what_is_no_file_at_all_is_named_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path)
    assert caught.value.message == f"{tmp_path}: Is a directory"


def test_a_table_is_asked_for_where_a_value_stands(tmp_path: Path) -> None:
    found = problems(config(tmp_path, 'agent = "ana"\nchannels = { support = "mail" }\n'))
    assert found["agent"][0] == "must be a table: [agent]"
    assert found["channels.support"][0] == "must be a table: [channels.support]"


def test_config_variable_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = config(tmp_path, '[agent]\nlogin = "bo"\n')
    monkeypatch.setenv("OMNI_TUI_CONFIG", str(file))
    assert load_settings().agent.login == "bo"
    assert load_settings(tmp_path / "other.toml").agent.login == ""


def test_paths_follow_xdg(tmp_path: Path) -> None:
    assert paths.config_file() == tmp_path / "etc" / "omni-tui" / "config.toml"
    assert paths.store_path(load_settings()) == tmp_path / "share" / "omni-tui" / "omni.db"


def test_store_path_begins_at_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = config(tmp_path, '[store]\npath = "data/shop.db"\n')
    assert paths.store_path(load_settings(file)) == tmp_path / "data" / "shop.db"
    monkeypatch.setenv("OMNI_TUI_STORE", str(tmp_path / "other.db"))
    assert paths.store_path(load_settings(file)) == tmp_path / "other.db"
