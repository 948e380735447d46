"""Files of a thread are looked at without leaving it, and nothing in them reaches the terminal as code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.inbox import Inbox, elsewhere, inbox
from support.shop import Shop

from omni_tui.connectors.mail.message import read_mail
from omni_tui.desk import looking
from omni_tui.model.events import LEFT, Received, RemoteAttachment
from omni_tui.screens.draw.ink import Span, behind, cells
from omni_tui.screens.overlay.preview import preview_lines
from omni_tui.text.preview import Picture, Preview

FILES = {
    "orders.csv": ("text/csv", "商品;Anzahl\n手机壳;2\nStrap;12\n".encode()),
    "notes.txt": ("text/plain", "退款 \x1b]0;owned\x07[bold]x[/]".encode()),
    "wide.csv": ("text/csv", (",".join(f"column 退 {n}" for n in range(20)) + "\n1,2\n").encode()),
    "empty.log": ("text/plain", b""),
}


def mail_with(*names: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Mia Brandt <mia@posteo.example>"
    mail["To"] = "shop@shop.example"
    mail["Subject"] = "Files"
    mail["Message-ID"] = "<files@posteo.example>"
    mail.set_content("See the files.")
    for name in names:
        mime, data = FILES[name]
        mail.add_attachment(data, *mime.split("/"), filename=name)
    return mail.as_bytes()


async def opened(screen: Inbox) -> None:
    await screen.shows("Mia Brandt")
    await screen.press("enter")
    await screen.shows("See the files.")
    await screen.until(lambda: screen.screen.parts.view.has_focus)


def receive(shop: Shop, *names: str) -> None:
    message = read_mail(mail_with(*names), locator="1/900", receipt_at=shop.now(), unreadable="")
    assert elsewhere(lambda: shop.take(Received(message))).new == 1


async def test_a_table_is_looked_at_in_its_columns_and_saved_from_there(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    receive(shop, "orders.csv")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    async with inbox(shop) as screen:
        await opened(screen)
        await screen.press("o")
        await screen.shows("Table, 3 rows, 2 columns")
        wanted = {"手机壳       2", "Strap       12"}
        await screen.until(lambda: wanted <= {line.strip() for line in screen.lines()})
        await screen.press("S")
        await screen.shows("Saved as")
        assert not screen.screen.sheet.is_open
        assert screen.screen.parts.view.has_focus
    assert (home / "orders.csv").read_bytes() == FILES["orders.csv"][1]


async def test_one_of_several_is_chosen_by_its_letter(shop: Shop) -> None:
    receive(shop, *FILES)
    async with inbox(shop) as screen:
        await opened(screen)
        await screen.press("o", "b")
        await screen.shows("Text, 1 line")
        await screen.until(lambda: "退款" in screen.text() and "[bold]x[/]" in screen.text())
        assert "\x1b" not in screen.text() and "\x07" not in screen.text()
        await screen.press("escape")
        assert screen.screen.parts.view.has_focus
        await screen.press("o", "d")
        await screen.shows("There is nothing in it.")
        assert "sideways" not in screen.text()


async def test_a_wide_table_is_scrolled_sideways(shop: Shop) -> None:
    receive(shop, "wide.csv")
    async with inbox(shop) as screen:
        await opened(screen)
        await screen.press("o")
        await screen.shows("column 退 0  column 退 1")
        await screen.until(lambda: "column 退 19" not in screen.text())
        await screen.press("l", "right", "l", "l", "l")
        await screen.shows("column 退 19 ")
        await screen.until(lambda: "column 退 0" not in screen.text())
        await screen.press("h", "h", "left", "h", "h")
        await screen.shows("column 退 0  column 退 1")


async def test_a_file_that_takes_too_long_leaves_the_keys_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(shop, "notes.txt")
    monkeypatch.setattr(looking, "MODULE", "this_module_is_nowhere")
    async with inbox(shop) as screen:
        await opened(screen)
        await screen.press("o")
        await screen.shows("Reading the file took too much time or memory.")
        await screen.press("escape")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)


@dataclass(frozen=True, slots=True)
class Fetching:
    """What stands for the program that fetches a file: it waits for a word, and fails."""

    started: Path
    said: int

    def fail(self) -> None:
        """Let it go on, however often it was started."""
        os.write(self.said, b"now\nnow\n")


@pytest.fixture
def fetching(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Fetching]:
    """A mail with a film that is still on the server."""
    message = read_mail(mail_with(), locator="1/900", receipt_at=shop.now(), unreadable="")
    film = RemoteAttachment("film.mp4", "video/mp4", 90_000_000, f"{LEFT}2 120000000 base64")
    assert elsewhere(lambda: shop.take(Received(replace(message, attachments=(film,))))).new == 1
    started, go_on, program = tmp_path / "started", tmp_path / "go on", tmp_path / "program"
    os.mkfifo(go_on)
    program.write_text(f"#!/bin/sh\necho fetching >> '{started}'\nread word < '{go_on}'\necho not today >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))
    said = os.open(go_on, os.O_RDWR)
    yield Fetching(started, said)
    os.close(said)


async def test_a_file_on_the_server_is_fetched_once_however_often_it_is_asked_for(
    shop: Shop, fetching: Fetching
) -> None:
    async with inbox(shop) as screen:
        await opened(screen)
        await screen.press("S", "a")
        await screen.shows("Fetching the file")
        await screen.press("o")
        await screen.until(lambda: screen.screen.sheet.is_open)
        fetching.fail()
        await screen.until(lambda: "not today" in "".join(screen.lines()[2:-2]) and screen.screen.sheet.is_open)
    assert fetching.started.read_text() == "fetching\n"


async def test_what_went_wrong_is_told_also_where_nobody_waits_for_it_any_more(shop: Shop, fetching: Fetching) -> None:
    async with inbox(shop) as screen:
        await opened(screen)
        await screen.press("S", "a")
        await screen.until(fetching.started.exists)
        shown = screen.screen
        assert shown.workers.cancel_group(shown, "file")
        await screen.until(lambda: not any(each.group == "file" for each in shown.workers))
        fetching.fail()
        await screen.shows("not today")


async def test_the_key_is_in_the_help(shop: Shop) -> None:
    receive(shop, "notes.txt")
    async with inbox(shop) as screen:
        await opened(screen)
        await screen.press("question_mark")
        await screen.shows("Keys of the thread")
        await screen.press(*["j"] * 40)
        await screen.shows("Look at an attachment")


async def test_without_files_it_says_so(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter")
        await screen.until(lambda: screen.screen.parts.view.has_focus)
        await screen.press("o")
        await screen.shows("This conversation has no files")


@given(st.lists(st.text("ab退款é", max_size=5), max_size=5), st.integers(0, 30))
def test_what_lies_behind_some_cells(texts: list[str], skip: int) -> None:
    line = tuple(Span(text, str(n)) for n, text in enumerate(texts))
    rest = behind(line, skip)
    assert cells(rest) == max(0, cells(line) - skip)
    assert "".join(texts).endswith("".join(span.text for span in rest).lstrip(" "))


def test_a_picture_is_half_blocks_or_shades() -> None:
    red, blue = b"\xff\0\0", b"\0\0\xff"
    picture = Preview("PNG", picture=Picture(2, 3, red + red + red + blue + blue + blue))
    coloured = preview_lines(picture, 40, coloured=True)[2:]
    assert coloured == [
        (Span("\u2580", "#f80000/#f80000"), Span("\u2580", "#f80000/#0000f8")),
        (Span("\u2580\u2580", "#0000f8"),),
    ]
    shaded = preview_lines(Preview("", picture=Picture(2, 2, b"\0\0\0\xff\xff\xff" * 2)), 40, coloured=False)
    assert shaded[-1] == (Span(" @"),)
