"""What stands between a key and its answer: frames, layouts and lines painted are counted, not timed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from support.inbox import GUARD_S, Inbox, elsewhere, inbox, settings_for
from support.shop import MINUTE, Shop
from textual.geometry import Region
from textual.strip import Strip

from omni_tui.desk import thread
from omni_tui.model.address import Address
from omni_tui.screens.app import OmniApp
from omni_tui.screens.list.drawn import DrawnRows
from omni_tui.screens.list.widget import ConversationList
from omni_tui.screens.thread.widget import ThreadView


def customers(shop: Shop, count: int) -> None:
    """Conversations that somebody has looked at already."""
    now = shop.now()
    for number in range(count):
        who = Address(f"p{number}@x.example", f"Customer {number}")
        shop.receive(who, f"Text {number}", subject=f"Question {number}", receipt_at=now - (400 + number) * MINUTE)
    for row in shop.rows():
        thread.mark_seen(shop.store, row.id)


@contextmanager
def counted_frames(running: Inbox) -> Iterator[list[int]]:
    """How many frames were painted since, as the length of what is handed out."""
    frames: list[int] = []
    running.app.post_display_hook = lambda: frames.append(1)  # type: ignore[method-assign]
    yield frames
    del running.app.post_display_hook


async def at_rest(running: Inbox) -> None:
    """Wait until the conversation under the cursor is shown beside the list, and nothing more is painted."""
    parts = running.screen.parts
    await running.until(lambda: parts.list.current and parts.thread.conversation_id == parts.list.current.id)
    with counted_frames(running) as frames:
        before = -1
        while before != len(frames):
            before = len(frames)
            await running.pilot.pause(0.5)


async def test_a_conversation_takes_a_narrow_screen_in_one_frame(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.screens.frames._TOGETHER_S", GUARD_S)
    async with inbox(shop, (80, 24)) as running:
        await running.shows("Lena Hoffmann")
        await running.until(lambda: "Inbox 3" in running.text())
        frames: list[str] = []
        running.app.post_display_hook = lambda: frames.append(running.text())  # type: ignore[method-assign]
        await running.press("enter")
        await running.shows("3 quoted lines folded")
        del running.app.post_display_hook
        whole = ("Order 4417", "  mail  Lena Hoffmann  lena@posteo.example ", "r reply by mail to lena@posteo.example")
        opened = [frame for frame in frames if "Ben Carver" not in frame]
        assert opened
        assert [part for frame in opened for part in whole if part not in frame] == []


async def test_a_conversation_is_opened_in_one_frame(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    # However long a busy machine takes for all that belongs to it.
    monkeypatch.setattr("omni_tui.screens.frames._TOGETHER_S", GUARD_S)
    elsewhere(lambda: customers(shop, 5))
    async with inbox(shop) as running:
        await running.shows("Customer 4")
        await at_rest(running)
        with counted_frames(running) as frames:
            running.screen.commands.run("down", None, "j")
            running.screen.commands.run("open", None, "enter")
            parts = running.screen.parts
            wanted = parts.list.current
            await running.until(
                lambda: (
                    parts.view.has_focus
                    and parts.thread.opened
                    and parts.thread.opened.thread.head == wanted
                    and frames
                )
            )
            await running.pilot.pause(0.3)
        assert len(frames) == 1


async def test_what_comes_in_lays_nothing_out_anew_and_paints_no_row_that_reads_the_same(shop: Shop) -> None:
    elsewhere(lambda: customers(shop, 60))
    async with inbox(shop) as running:
        await running.shows("Customer 8")
        await running.press("4", "0", "j")
        await running.shows("Customer 40")
        await at_rest(running)
        laid_out, painted = counted_layouts(running), counted_lines(running.screen.parts.list)
        rows = running.screen.parts.list
        count, cursor, before = rows.pages.count, rows.cursor, [line[:46] for line in running.lines()[2:-1]]
        elsewhere(lambda: shop.receive(Address("new@x.example", "Newcomer"), "Hello", subject="New"))
        await running.shows(f"Inbox {count + 1}")
        await running.until(lambda: rows.cursor == cursor + 1)
        assert [line[:46] for line in running.lines()[2:-1]] == before
        assert (laid_out, painted) == ([], [])


async def test_a_key_waits_for_no_question_to_the_store(shop: Shop) -> None:
    elsewhere(lambda: customers(shop, 5))
    async with inbox(shop) as running:
        await running.shows("Customer 4")
        await at_rest(running)
        answered = threading.Event()
        running.screen.spawn(running.screen.parts.link.read(lambda _store: hang(answered)), "slow")
        try:
            await running.press("j")
            await running.until(lambda: running.line(4).startswith(">"))
            await running.press("j")
            await running.until(lambda: running.line(6).startswith(">"))
        finally:
            answered.set()


async def test_two_rows_are_painted_without_asking_for_the_lines_and_panes_beside_them(shop: Shop) -> None:
    elsewhere(lambda: customers(shop, 5))
    async with inbox(shop) as running:
        await running.shows("Customer 4")
        await at_rest(running)
        rows, view = running.screen.parts.list, running.screen.parts.view
        of_list, of_thread = counted_crops(rows), counted_crops(view)
        running.screen.commands.run("down", None, "j")
        await running.until(lambda: of_list)
        assert sum(crop.height for crop in of_list) == 4
        assert of_thread == []


async def test_what_spares_the_keys_comes_once_the_inbox_is_there(shop: Shop) -> None:
    found: list[int] = []

    def made() -> None:
        found.append(len(app.screen.query(ConversationList)))

    app = OmniApp(settings_for(shop), shop.store, made=made)
    async with app.run_test() as pilot:
        await Inbox(app, pilot, shop).until(lambda: found)
        assert found == [1]
    app.leave()


def test_keys_are_spared_long_turns_of_other_threads_and_full_collections() -> None:
    code = """
import gc, sys
from omni_tui.screens.frames import spare_the_keys
kept = [[] for _ in range(10_000)]
spare_the_keys()
print(sys.getswitchinterval() < 0.001, len(gc.get_objects()) < 10_000)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "True"]


async def test_a_row_is_drawn_again_when_time_has_changed_what_it_says(shop: Shop) -> None:
    elsewhere(lambda: customers(shop, 1))
    async with inbox(shop) as running:
        await running.shows("Customer 0")
        row, context = running.screen.parts.list.current, running.screen.context
        assert row is not None
        at = context.now()
        drawn = DrawnRows(replace(context, now=lambda: at))
        first = drawn.lines(row, 46, cursor=False, marked=False)
        assert drawn.lines(replace(row), 46, cursor=False, marked=False) is first
        assert drawn.lines(row, 46, cursor=True, marked=False) != first
        at += 60 * MINUTE
        assert drawn.lines(row, 46, cursor=False, marked=False) != first


def hang(until: threading.Event) -> None:
    until.wait(30)


def counted_layouts(running: Inbox) -> list[int]:
    found: list[int] = []
    running.screen.screen_layout_refresh_signal.subscribe(running.screen, lambda _screen: found.append(1))
    return found


def counted_lines(widget: ConversationList | ThreadView) -> list[int]:
    """The lines the widget renders from now on."""
    found: list[int] = []
    render: Callable[[int], Strip] = widget.render_line

    def render_line(y: int) -> Strip:
        found.append(y)
        return render(y)

    widget.render_line = render_line  # type: ignore[method-assign]
    return found


def counted_crops(widget: ConversationList | ThreadView) -> list[Region]:
    """The parts of the widget that are asked for from now on."""
    found: list[Region] = []
    render: Callable[[Region], list[Strip]] = widget.render_lines

    def render_lines(crop: Region) -> list[Strip]:
        found.append(crop)
        return render(crop)

    widget.render_lines = render_lines  # type: ignore[method-assign]
    return found
