"""What a chat may be set to, and what the relay keeps of chats over time, without a process."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.chat import ORIGIN, chat_table

from omni_tui.model.errors import ConfigError
from omni_tui.relay.chat.rooms import ONLINE_S, Rooms
from omni_tui.relay.chat.settings import ChatSettings, contrast
from omni_tui.relay.chat.store import ChatStore
from omni_tui.relay.chat.texts import LANGUAGES, TEXTS
from omni_tui.relay.events import QueueFull
from omni_tui.relay.queue import DAY_MS
from omni_tui.relay.settings import load


def test_every_language_has_every_text() -> None:
    assert set(TEXTS) == set(LANGUAGES)
    for language in LANGUAGES:
        assert TEXTS[language].keys() == TEXTS["en"].keys()
        assert all(TEXTS[language].values())


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_words_on_any_colour_can_be_read(colour: str) -> None:
    settings = ChatSettings(origins=(ORIGIN,), colour=colour)
    assert contrast(settings.on_colour, colour) >= 4.5


@pytest.mark.parametrize(
    "wrong",
    [
        "origins = []",
        'origins = ["*"]',
        'origins = ["https://shop.example/"]',
        'origins = ["https://shop.example"]\ncolour = "red; } * { display: none"',
        f'origins = ["{ORIGIN}"]\nlanguages = ["xx"]',
        f'origins = ["{ORIGIN}"]\nidentity_secret = "short"',
        f'origins = ["{ORIGIN}"]\ntexts = {{ greting = "x" }}',
        f'origins = ["{ORIGIN}"]\nwhatever = 1',
    ],
)
def test_a_wrong_table_is_told(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "relay.toml"
    file.write_text(f"[chats.help]\n{wrong}\n")
    file.chmod(0o600)
    with pytest.raises(ConfigError, match=r"chats\.help"):
        load(tmp_path)


def test_a_chat_and_a_source_may_not_share_a_name(tmp_path: Path) -> None:
    file = tmp_path / "relay.toml"
    file.write_text(chat_table(ORIGIN) + '[sources.help]\nscheme = "omni"\nkeys = ["k"]\n')
    file.chmod(0o600)
    with pytest.raises(ConfigError, match=r"chats\.help"):
        load(tmp_path)


# Time ------------------------------------------------------------------------------------------------------------


def test_nobody_is_there_once_no_engine_asks() -> None:
    now = [0.0]
    rooms = Rooms(lambda: now[0])
    rooms.asked("help")
    now[0] = ONLINE_S - 1
    assert rooms.online("help")
    now[0] = ONLINE_S + 1
    assert not rooms.online("help")
    rooms.asked("help")
    assert rooms.online("help")


def test_a_full_store_refuses_and_loses_nothing(tmp_path: Path) -> None:
    store = ChatStore(tmp_path / "chat.db", most_bytes=1 << 20)
    session = store.open("help", "a", user="", name="", email="", now=0)
    store.add(session.id, "visitor", "k" * 16, "here", now=1)
    with pytest.raises(QueueFull):
        for _ in range(99):
            store.put_file(session.id, "f", "text/plain", b"x" * 50_000)
    with pytest.raises(QueueFull):
        store.add(session.id, "visitor", "m" * 16, "y" * 400_000, now=2)
    assert [entry.text for entry in store.after(session.id, 0, 9)] == ["here"]
    store.close()


def test_old_chats_are_forgotten_and_live_ones_are_not(tmp_path: Path) -> None:
    store = ChatStore(tmp_path / "chat.db", most_bytes=1 << 30)
    old = store.open("help", "a", user="", name="", email="", now=0)
    store.put_file(old.id, "f", "text/plain", b"x")
    young = store.open("help", "b", user="", name="", email="", now=0)
    store.add(young.id, "visitor", "k" * 16, "here", now=89 * DAY_MS)
    assert store.tidy("help", 90, 91 * DAY_MS) == 1
    assert store.by_token("help", "a") is None
    assert store.by_token("help", "b") is not None
    assert [entry.text for entry in store.after(young.id, 0, 9)] == ["here"]
    store.close()
