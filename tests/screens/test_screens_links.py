"""Letters lead to what a thread names; of a link the whole host is shown before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.inbox import Inbox, elsewhere, inbox
from support.shop import Shop

from omni_tui.desk import replies
from omni_tui.model.address import Address
from omni_tui.model.conversation import ConversationRow
from omni_tui.screens.inbox.linking import opener
from omni_tui.text.cells import width as cells

TEXT = "Here: https://paypal.example@evil.example/login?x=1. And https://track.example/p/1, order #1001."


@pytest.fixture
def linked(shop: Shop) -> Shop:
    shop.receive(Address("mia@x.example", "Mia Lang"), TEXT, subject="Links")
    return shop


def pane(screen: Inbox) -> list[str]:
    """What the thread shows, line by line."""
    where = screen.screen.parts.view.region
    strips = screen.app.screen._compositor.render_strips()[where.y : where.bottom]
    return [strip.crop(where.x, where.right).text for strip in strips]


def marked(screen: Inbox, label: str) -> list[str]:
    """What is painted from each place on that ``label`` stands at, to the end of its line."""
    found = []
    for y, strip in enumerate(screen.app.screen._compositor.render_strips()):
        at = 0
        for segment in strip:
            mark = segment.style is not None and segment.style.bold and segment.style.color is not None
            if segment.text == label and mark and segment.style.bgcolor != segment.style.color:
                found.append(screen.line(y)[at:].rstrip())
            at += len(segment.text)
    return found


async def test_a_letter_leads_to_a_link_whose_real_host_is_shown(linked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    async with inbox(linked) as screen:
        await screen.shows("Mia Lang")
        await screen.press("enter")
        await screen.shows("Here: https://paypal")
        before = pane(screen)
        await screen.press("g", "x")
        await screen.shows("A-L copy")
        # In the order they stand in: the sender's address, two links, an order. Nothing beside the letters moves.
        assert [len(marked(screen, label)) for label in "asdf"] == [1, 1, 1, 1]
        changed = [
            (was, now)
            for old, new in zip(before, pane(screen), strict=True)
            for was, now in zip(old, new, strict=True)
            if was != now
        ]
        assert changed == [("m", "a"), ("h", "s"), ("h", "d"), ("1", "f")]
        await screen.press("s")
        await screen.until(lambda: "evil.example" in screen.line(39) and "copy" in screen.line(39))
        # Nothing is opened on a host nobody sits at.
        assert "open" not in screen.line(39)
        await screen.press("y")
        await screen.shows("Copied https://paypal.example@evil.example/login?x=1")
        assert screen.app.clipboard == "https://paypal.example@evil.example/login?x=1"
        assert pane(screen) == before


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)], ids=str)
async def test_the_end_of_a_long_host_is_in_view_before_it_is_opened(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr("omni_tui.screens.inbox.linking.opener", lambda _environment: "true")
    url = f"https://paypal.example.{'secure-login.' * 5}evil.example/in"
    elsewhere(lambda: shop.receive(Address("mia@x.example", "Mia Lang"), url, subject="Your account"))
    async with inbox(shop, size) as screen:
        await screen.shows("Mia Lang")
        await screen.press("enter")
        await screen.shows("https://paypal")
        await screen.press("g", "x")
        await screen.until(lambda: len(marked(screen, "s")) == 1)
        await screen.press("s")
        await screen.shows("evil.example   o open")


async def test_a_capital_copies_and_escape_leaves(linked: Shop) -> None:
    async with inbox(linked) as screen:
        await screen.shows("Mia Lang")
        await screen.press("enter")
        await screen.shows("Here: https://paypal")
        before = pane(screen)
        await screen.press("g", "x")
        await screen.shows("A-L copy")
        # No other key does anything meanwhile: e would resolve.
        await screen.press("e", "escape")
        await screen.lacks("A-L copy")
        assert pane(screen) == before
        await screen.press("g", "x", "F")
        await screen.shows("Copied 1001")
        assert screen.app.clipboard == "1001"
        # An order is looked for.
        await screen.press("g", "x", "f")
        await screen.until(lambda: screen.screen.finding.search == "1001")


@pytest.fixture
def chinese(shop: Shop) -> Shop:
    """A message of twelve lines, with a link and an order in each."""
    lines = [f"第{number}个链接在这里：https://x.example/{number}。订单号：TP-{1000 + number}" for number in range(12)]
    shop.receive(Address("mia@x.example", "王秀英"), "\n".join(lines), subject="链接")
    return shop


async def test_more_places_than_letters_get_two_and_chinese_keeps_its_cells(chinese: Shop) -> None:
    async with inbox(chinese) as screen:
        await screen.shows("王秀英")
        await screen.press("enter")
        await screen.shows("x.example/11")
        before = pane(screen)
        await screen.press("g", "x")
        await screen.shows("A-L copy")
        assert [cells(line) for line in pane(screen)] == [cells(line) for line in before]
        (line,) = (line for line in screen.lines() if "第11个链接在这里：" in line)
        label = line.split("：")[1][:2]
        assert line.split("：")[1][2:].startswith("tps://x.example/11")
        await screen.press(label[0])
        await screen.until(lambda: "第10个链接在这里：https" in screen.text() or label[0] in "jkl")
        await screen.press(label[1].upper())
        await screen.shows("Copied https://x.example/11")


async def test_the_list_has_what_is_out_of_view_too(linked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    async with inbox(linked) as screen:
        await screen.shows("Mia Lang")
        await screen.press("enter", "g", "x", "x")
        await screen.shows("4 of 4 links")
        await screen.until(lambda: any("> evil.example/login" in line for line in screen.lines()))
        await screen.type("mia")
        await screen.press("enter")
        await screen.until(lambda: "mia@x.example" in screen.line(39) and "write to them" in screen.line(39))
        await screen.press("c")
        await screen.shows("Write to  mia@x.example")


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
        await screen.press("enter", "g", "x", "d")
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
        await screen.until(lambda: marked(screen, "s"))
        (label,) = [
            each for each in "asdf" if any(line.startswith(f"{each}{named.ref}") for line in marked(screen, each))
        ]
        await screen.press(label)
        await screen.until(lambda: screen.screen.parts.list.pages.ids(0, 5) == [named.id])


@pytest.fixture
def begun(shop: Shop) -> Shop:
    """A conversation that only we wrote in."""
    shop.sent_elsewhere("lena@x.example", "Good morning", subject="Hello")
    return shop


async def test_where_there_is_nothing_to_go_to_it_says_so(begun: Shop) -> None:
    async with inbox(begun) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("g", "d")
        await screen.shows("lena@x.example")
        await screen.press("enter")
        await screen.until(lambda: screen.screen.parts.view.has_focus)
        await screen.press("g", "x")
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
