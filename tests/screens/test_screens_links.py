"""Links are followed by name, their whole host shown before anything is opened or copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.inbox import inbox
from support.shop import Shop

from omni_tui.desk import replies
from omni_tui.model.address import Address
from omni_tui.model.conversation import ConversationRow
from omni_tui.screens.inbox.linking import opener

TEXT = "Here: https://paypal.example@evil.example/login?x=1. And https://track.example/p/1, order #1001."


@pytest.fixture
def linked(shop: Shop) -> Shop:
    shop.receive(Address("mia@x.example", "Mia Lang"), TEXT, subject="Links")
    return shop


async def test_a_link_is_chosen_by_its_real_host_and_copied(linked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    async with inbox(linked) as screen:
        await screen.shows("Mia Lang")
        await screen.press("enter", "g", "x")
        await screen.shows("2 of 2 links")
        await screen.until(lambda: any("> evil.example/login" in line for line in screen.lines()))
        await screen.press("enter")
        await screen.until(lambda: "evil.example" in screen.line(39) and "copy" in screen.line(39))
        # Nothing is opened on a host nobody sits at.
        assert "open" not in screen.line(39)
        await screen.press("y")
        await screen.shows("Copied https://paypal.example@evil.example/login?x=1")
        assert screen.app.clipboard == "https://paypal.example@evil.example/login?x=1"


async def test_a_link_is_opened_by_the_program_of_the_desktop(
    linked: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    program, told = tmp_path / "xdg-open", tmp_path / "told"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > {told}.new\nmv {told}.new {told}\n')
    program.chmod(0o755)
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    async with inbox(linked) as screen:
        await screen.shows("Mia Lang")
        await screen.press("enter", "g", "x")
        await screen.shows("2 of 2 links")
        await screen.type("track")
        await screen.press("enter")
        await screen.until(lambda: "track.example" in screen.line(39) and "open" in screen.line(39))
        await screen.press("o")
        await screen.until(told.exists)
    assert told.read_text() == "https://track.example/p/1"


@pytest.fixture
def named(shop: Shop) -> ConversationRow:
    """Ben's conversation, which a note at Lena's names."""
    ben = shop.one("from:ben")
    replies.note(shop.store, shop.agent, shop.one("from:lena").id, f"Same zip as #{ben.ref}")
    return ben


async def test_a_conversation_a_colleague_named_is_shown(shop: Shop, named: ConversationRow) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter")
        await screen.shows("Same zip")
        await screen.press("g", "x")
        await screen.shows(f"conversation #{named.ref}")
        await screen.press("enter")
        await screen.until(lambda: screen.screen.parts.list.pages.ids(0, 5) == [named.id])


async def test_where_there_is_nothing_to_follow_it_says_so(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter", "g", "x")
        await screen.shows("No links here")


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}, False),
        ({}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
    ],
)
def test_a_page_is_only_opened_where_somebody_sees_it(
    environment: dict[str, str], found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xdg-open").write_text("#!/bin/sh\n")
    (tmp_path / "xdg-open").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bool(opener(environment, "linux")) is found
