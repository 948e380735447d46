"""Files go along with a reply: named with completion, kept at once, shown, taken off, sent, and back after undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.inbox import Inbox, inbox
from support.shop import SHOP, Shop
from textual import events

from omni_tui.desk import channels, files
from omni_tui.desk import inbox as desk_inbox
from omni_tui.desk import thread as desk_thread
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.enums import Direction
from omni_tui.model.message import AttachmentRow, MessageRow
from omni_tui.screens.composer.attached import file_lines
from omni_tui.screens.composer.paths import begun_anew, entries, typed_path
from omni_tui.screens.draw.ink import cells


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    (home / "Meine Belege").mkdir(parents=True)
    (home / "Meine Belege" / "退款 说明.txt").write_text("bring it back")
    (home / "Meine Belege" / ".hidden").write_text("x")
    (home / "plan.pdf").write_bytes(b"%PDF-" + bytes(2_000_000))
    (home / "bad\x1bname.txt").write_text("x")
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def shop(shop: Shop) -> Shop:
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))
    return shop


async def replying(screen: Inbox) -> None:
    await screen.shows("Lena Hoffmann")
    await screen.press("r")
    await screen.until(lambda: screen.screen.parts.composer.is_open)


async def attach(screen: Inbox, path: str) -> None:
    await screen.press("ctrl+f")
    await screen.until(lambda: screen.screen.parts.prompt.is_open)
    screen.screen.parts.prompt.field.value = path
    await screen.press("enter")


def held(screen: Inbox) -> list[str]:
    return [each.name for each in screen.screen.parts.composer.files]


async def outbound(screen: Inbox, shop: Shop) -> list[MessageRow]:
    lena = await screen.stored(lambda store: desk_inbox.find(store, shop.agent, "1003").id)
    found = await screen.stored(lambda store: desk_thread.open_thread(store, shop.agent, lena).messages)
    return [each for each in found if each.direction is Direction.OUTBOUND]


async def test_a_file_is_found_by_completion_and_leaves_with_the_reply(shop: Shop, home: Path) -> None:
    async with inbox(shop, undo_send_s=600) as screen:
        await replying(screen)
        await screen.type("As agreed")
        await screen.until(lambda: "C-f attach" in screen.text())
        await screen.press("ctrl+f")
        await screen.shows("plan.pdf")
        assert "bad" not in screen.text()
        await screen.type("me")
        await screen.press("tab")
        await screen.shows("退款 说明.txt")
        assert ".hidden" not in screen.text()
        await screen.press("down", "enter")
        await screen.shows("1 退款 说明.txt  13 B")
        assert screen.screen.parts.composer.area.has_focus
        await attach(screen, "~/plan.pdf")
        await screen.shows("2 plan.pdf  2.0 MB")
        # From here on the store has them.
        (home / "plan.pdf").unlink()
        await screen.press("ctrl+j")
        await screen.shows("Reply leaves")
        (mine,) = await outbound(screen, shop)
        assert [(each.name, each.mime) for each in mine.attachments] == [
            ("退款 说明.txt", "text/plain"),
            ("plan.pdf", "application/pdf"),
        ]
        with_data = await screen.stored(lambda store: desk_thread.attachment(store, mine.attachments[1].id))
        assert with_data[2] == b"%PDF-" + bytes(2_000_000)
        await screen.press("z")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        assert held(screen) == ["退款 说明.txt", "plan.pdf"]
        await screen.shows("2 plan.pdf  2.0 MB")


async def test_they_stay_with_the_draft_and_go_when_taken_off(shop: Shop, home: Path) -> None:
    async with inbox(shop) as screen:
        await replying(screen)
        await attach(screen, "~/plan.pdf")
        await screen.shows("1 plan.pdf")
        await screen.press("escape")
        await screen.shows("Draft kept")
        await screen.until(lambda: "1 plan.pdf" not in screen.text())
        await screen.press("r")
        await screen.shows("1 plan.pdf")
        await screen.press("ctrl+t")
        await screen.lacks("1 plan.pdf")
        await screen.press("ctrl+f")
        await screen.shows("Files go along with replies")
        await screen.press("ctrl+t")
        await screen.shows("1 plan.pdf")
        await attach(screen, "-1")
        await screen.lacks("1 plan.pdf")
        assert held(screen) == []
        await screen.press("ctrl+j")
        await screen.shows("There is nothing to send yet")


async def test_a_name_typed_right_behind_the_key_is_a_name(shop: Shop, home: Path) -> None:
    async with inbox(shop) as screen:
        await replying(screen)
        area = screen.screen.parts.composer.area
        keys = ["ctrl+f", "p", "l", "a", "n", "full_stop", "p", "d", "f", "enter"]
        for key in keys:
            char = "." if key == "full_stop" else key if len(key) == 1 else None
            screen.app.post_message(events.Key(key, char))
        await screen.shows("1 plan.pdf")
        assert area.text == ""


async def test_a_file_alone_is_an_answer(shop: Shop, home: Path) -> None:
    async with inbox(shop) as screen:
        await replying(screen)
        await attach(screen, "~/plan.pdf")
        await screen.shows("1 plan.pdf")
        await screen.press("ctrl+j")
        await screen.shows("Reply leaves")
        (mine,) = await outbound(screen, shop)
        assert (mine.text, [each.name for each in mine.attachments]) == ("", ["plan.pdf"])


async def test_what_is_wrong_is_said_where_it_was_typed(
    shop: Shop, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with inbox(shop) as screen:
        await replying(screen)
        nothing = f"~/{'nothing' * 20}.txt"
        await attach(screen, nothing)
        await screen.shows("There is no file")
        # What is too long for a line is told in several.
        await screen.until(lambda: "nothing.txt." in "".join(line.strip() for line in screen.lines()))
        assert screen.screen.parts.prompt.is_open
        for wrong, words in (("~/Meine Belege", "is a folder: name a file in it."), ("-3", "There is no file 3 here.")):
            screen.screen.parts.prompt.field.value = wrong
            await screen.press("enter")
            await screen.shows(words)
        monkeypatch.setattr(files, "MOST_BYTES", 1_000_000)
        screen.screen.parts.prompt.field.value = "~/plan.pdf"
        await screen.press("enter")
        await screen.shows("larger than 1 MB")
        await screen.press("escape")
        await screen.until(lambda: screen.screen.parts.composer.area.has_focus)
        assert held(screen) == []


async def test_a_channel_that_carries_no_files_says_so_at_once(shop: Shop, home: Path) -> None:
    async with inbox(shop) as screen:
        await screen.done_by_others(
            lambda: channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True))
        )
        await replying(screen)
        await attach(screen, "~/plan.pdf")
        await screen.shows("No files can be sent by channel shop.")


def test_a_folder_lists_what_can_be_typed(home: Path) -> None:
    assert entries("~/") == (("Meine Belege/", "folder"), ("plan.pdf", "2.0 MB"))
    assert entries("~/nowhere/") == () == entries("a\0b")


@pytest.mark.parametrize("typed", ["~/a b.txt", "'~/a b.txt'", '"~/a b.txt"', "~/a\\ b.txt"])
def test_a_name_may_be_pasted_as_terminals_write_it(typed: str, home: Path) -> None:
    (home / "a b.txt").write_text("x")
    assert typed_path(typed).expanduser() == home / "a b.txt"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("~/a.pdf", "~/a.pdf"),
        ("~//tmp/a.pdf", "/tmp/a.pdf"),
        ("~/~/b/a.pdf", "~/b/a.pdf"),
        ("~/'/tmp/a b.pdf'", "'/tmp/a b.pdf'"),
        ("~/-1", "-1"),
        ("~/+12", "+12"),
        ("~/-1.pdf", "~/-1.pdf"),
        ("~/~$a.docx", "~/~$a.docx"),
        ("/etc//x", "/etc//x"),
        ("~/", "~/"),
    ],
)
def test_another_path_may_be_typed_behind_the_folder_that_stands_there(typed: str, meant: str) -> None:
    assert begun_anew(typed, "~/") == meant


def test_a_backslash_in_a_name_is_a_backslash(tmp_path: Path) -> None:
    (tmp_path / "a\\ b").write_text("x")
    assert typed_path(f"{tmp_path}/a\\ b") == tmp_path / "a\\ b"


@given(st.lists(st.text(min_size=1, max_size=60), max_size=20), st.integers(44, 120), st.integers(1, 3))
def test_any_files_have_room_or_are_counted(names: list[str], room: int, most: int) -> None:
    rows = [AttachmentRow(str(n), name, "x/y", 999_999_999) for n, name in enumerate(names)]
    lines = file_lines(rows, room, most)
    assert len(lines) <= most and bool(lines) == bool(names)
    assert all(cells(line) <= room for line in lines)
    numbers = [int(span.text) for line in lines for span in line if span.ink == "accent bold"]
    text = " ".join(span.text for line in lines for span in line)
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == len(names) or f"and {len(names) - len(numbers)} more" in text


async def test_on_a_small_screen_the_text_keeps_its_room(shop: Shop, home: Path) -> None:
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter", "r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        for number in range(4):
            await attach(screen, "~/plan.pdf")
            await screen.until(lambda n=number: len(held(screen)) == n + 1)
        await screen.shows("and 2 more")
        await screen.type("Here they are")
        await screen.shows("Here they are")
        assert screen.screen.parts.composer.area.size.height >= 1


async def test_a_file_saved_while_its_name_is_asked_for_is_offered(shop: Shop, home: Path) -> None:
    async with inbox(shop) as screen:
        await replying(screen)
        await screen.press("ctrl+f")
        await screen.shows("plan.pdf")
        await screen.press("down", "down")
        await screen.shows("> ~/plan.pdf")
        (home / "invoice.pdf").write_bytes(b"%PDF-")
        # What was chosen meanwhile stays chosen; the picture may be a row too low for it at first.
        await screen.until(lambda: "invoice.pdf" in screen.text() and "> ~/plan.pdf" in screen.text())
        await screen.press("up", "enter")
        await screen.shows("1 invoice.pdf")
