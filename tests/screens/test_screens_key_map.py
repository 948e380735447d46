"""Every row of the key map, pressed: what somebody who knows vim, Gmail or aerc expects is what happens."""

from __future__ import annotations

import pytest
from support.inbox import Inbox, inbox
from support.shop import DAY, MINUTE, Shop

from omni_tui.desk.actions.key_names import tokens
from omni_tui.model.events import Received

COUNT = 43
"""Conversations of the shop: the three of every shop, and older ones."""


@pytest.fixture
def shop(shop: Shop) -> Shop:
    start = shop.now() - DAY
    shop.take(
        *(
            Received(shop.mail(f"c{n}@post.example", f"Text {n}", subject=f"Case {n}", receipt_at=start - n * MINUTE))
            for n in range(COUNT - 3)
        )
    )
    return shop


def cursor(running: Inbox) -> int:
    return running.screen.parts.list.cursor


def reads(running: Inbox) -> bool:
    return running.screen.place == "thread"


async def loaded(running: Inbox) -> None:
    await running.shows("Lena Hoffmann")
    await running.until(lambda: running.screen.parts.list.pages.total.number == COUNT)


async def found(running: Inbox, query: str) -> int:
    rows = await running.stored(lambda _store: running.shop.rows(query))
    return len(rows)


async def gives(running: Inbox, query: str, number: int) -> None:
    """Wait until so many conversations match."""
    seen = -1
    while seen != number:
        seen = await found(running, query)
        await running.until(lambda: True)
        await running.pilot.pause(0.02)


async def answer(running: Inbox, prompt: str, text: str) -> None:
    await running.shows(prompt)
    await running.type(text)
    await running.press("enter")


async def test_moving(shop: Shop) -> None:
    async with inbox(shop) as running:
        await loaded(running)
        for key, at in (("j", 1), ("down", 2), ("k", 1), ("up", 0), ("G", COUNT - 1), ("home", 0), ("end", COUNT - 1)):
            await running.press(key)
            await running.until(lambda at=at: cursor(running) == at)
        await running.press("g", "g")
        await running.until(lambda: cursor(running) == 0)
        for down, up in (("ctrl+d", "ctrl+u"), ("pagedown", "pageup")):
            await running.press(down)
            await running.until(lambda: cursor(running) > 5)
            await running.press(up)
            await running.until(lambda: cursor(running) == 0)
        await running.press("1", "2", "j")
        await running.until(lambda: cursor(running) == 12)


async def test_opening_going_on_and_back(shop: Shop) -> None:
    async with inbox(shop) as running:
        await loaded(running)
        for into, back in (("enter", "escape"), ("o", "u"), ("l", "h"), ("enter", "q")):
            await running.press(into)
            await running.until(lambda: reads(running))
            await running.press(back)
            await running.until(lambda: not reads(running))
        await running.press("enter", "J")
        await running.until(lambda: cursor(running) == 1 and reads(running))
        await running.press("K")
        await running.until(lambda: cursor(running) == 0 and reads(running))
        # Both are read by now.
        await running.press("alt+a")
        await running.until(lambda: cursor(running) == 2 and reads(running))


async def test_a_count_opens_the_conversation_so_many_further_down(shop: Shop) -> None:
    async with inbox(shop) as running:
        await loaded(running)
        await running.press("enter", "2", "J")
        await running.until(lambda: cursor(running) == 2 and reads(running))
        await running.press("5", "K")
        await running.until(lambda: cursor(running) == 0 and reads(running))
        await running.press("K")
        await running.shows("That was the first one")


async def test_closing_and_giving(shop: Shop) -> None:
    async with inbox(shop) as running:
        await loaded(running)
        await running.press("e")
        await gives(running, "is:resolved", 1)
        await running.press("g", "d")
        await running.until(lambda: running.screen.parts.list.pages.count == 1)
        await running.press("E")
        await gives(running, "is:resolved", 0)
        await running.press("g", "i")
        await loaded(running)
        await running.press("t")
        await gives(running, "assignee:me", 1)
        await running.press("A")
        await gives(running, "assignee:me", 0)
        await running.press("a")
        await answer(running, "Assign to", "ana")
        await gives(running, "assignee:me", 1)


async def test_triage_by_questions_and_on_a_selection(shop: Shop) -> None:
    async with inbox(shop) as running:
        await loaded(running)
        await running.press("L")
        await answer(running, "Tags", "vip")
        await gives(running, "tag:vip", 1)
        await running.press("j", "full_stop")
        await gives(running, "tag:vip", 2)
        await running.press("p")
        await answer(running, "Priority", "high")
        await gives(running, "priority:high", 1)
        await running.press("s")
        await answer(running, "Snooze until", "tomorrow 9")
        await gives(running, "is:snoozed", 1)
        await running.until(lambda: running.screen.parts.list.has_focus)
        assert not reads(running), "what was answered in the list goes on in the list"
        marked = running.screen.parts.list.marked
        await running.press("g", "g", "x", "j", "v")
        await running.until(lambda: len(marked) == 3)
        await running.press("t")
        await gives(running, "assignee:me", 3)
        await running.press("escape")
        await running.until(lambda: not marked)
        await running.press("enter")
        await running.until(lambda: reads(running))
        await running.press("escape", "U")
        await running.shows("Marked 1 conversation unread")


async def test_spam_trash_undo_and_redo(shop: Shop) -> None:
    async with inbox(shop) as running:
        await loaded(running)
        await running.press("exclamation_mark")
        await gives(running, "is:spam", 1)
        await running.press("number_sign")
        await gives(running, "is:trash", 1)
        await running.press("z")
        await gives(running, "is:trash", 0)
        await running.press("Z")
        await gives(running, "is:trash", 1)
        await running.press("M")
        await running.shows("Merge into")
        await running.press("escape")
        await running.lacks("Merge into")


async def test_writing(shop: Shop) -> None:
    async with inbox(shop) as running:
        await loaded(running)
        for key, word in (("r", "REPLY"), ("m", "NOTE"), ("R", "REPLY")):
            await running.press(key)
            await running.shows(word)
            await running.press("escape")
            await running.lacks(word)
        for key, word in (("f", "Forward to"), ("c", "Write to")):
            await running.press(key)
            await running.until(lambda: running.screen.parts.prompt.is_open)
            await running.shows(word)
            await running.press("escape")
            await running.until(lambda: not running.screen.parts.prompt.is_open)


async def test_copying(shop: Shop) -> None:
    async with inbox(shop) as running:
        await loaded(running)
        row = running.screen.parts.list.current
        assert row is not None
        for key, text in (("y", f"#{row.ref}"), ("l", f"omni-tui show {row.ref}"), ("e", "lena@posteo.example")):
            await running.press("y", key)
            await running.shows(f"Copied {text}")
            assert running.app.clipboard == text


async def test_finding_and_views(shop: Shop) -> None:
    async with inbox(shop) as running:
        await loaded(running)
        await running.press("slash")
        await running.type("monday")
        await running.until(lambda: running.screen.parts.list.pages.count == 1)
        await running.press("enter", "enter")
        await running.until(lambda: reads(running))
        for key in ("n", "N"):
            await running.press(key)
            await running.until(lambda: reads(running))
        await running.press("escape", "escape")
        await loaded(running)
        views = {"m": "mine", "u": "unassigned", "s": "snoozed", "d": "resolved", "i": "inbox"}
        for key, view in views.items():
            await running.press("g", key)
            await running.until(lambda view=view: running.screen.finding.view_id == view)
        shown = [view.id for view in running.screen.viewing.shown]
        await running.press("right_square_bracket")
        await running.until(lambda: running.screen.finding.view_id == shown[1])
        await running.press("left_square_bracket")
        await running.until(lambda: running.screen.finding.view_id == shown[0])
        await running.press("g", "2")
        await running.until(lambda: running.screen.finding.view_id == shown[1])
        for key, words in (("c", "chen@example.cn"), ("k", "No articles yet"), ("r", "1st reply")):
            await running.press("g", key)
            await running.shows(words)
            await running.press("escape")
            await running.until(lambda: running.screen.parts.list.has_focus)


async def test_panes(shop: Shop) -> None:
    async with inbox(shop, (200, 60)) as running:
        await loaded(running)
        parts = running.screen.parts
        await running.press("enter")
        await running.until(lambda: parts.view.has_focus and parts.panel.display)
        for key, pane in (("tab", parts.panel), ("tab", parts.list), ("shift+tab", parts.panel)):
            await running.press(key)
            await running.until(lambda pane=pane: pane.has_focus)
        await running.press("shift+tab")
        await running.until(lambda: parts.view.has_focus)
        for key in ("grave_accent", "I"):
            before = bool(parts.panel.display)
            await running.press(key)
            await running.until(lambda before=before: bool(parts.panel.display) is not before)
        await running.press("plus")
        await running.until(lambda: not parts.list.display)
        await running.press("underscore")
        await running.until(lambda: parts.list.display)


async def test_help_palette_and_line(shop: Shop) -> None:
    async with inbox(shop) as running:
        await loaded(running)
        for key, words in (("question_mark", "Keys of the list"), ("f1", "Keys of the list"), ("ctrl+p", "actions")):
            await running.press(key)
            await running.shows(words)
            await running.press("escape")
            await running.until(lambda: running.screen.parts.list.has_focus)
        await running.press("colon")
        await running.until(lambda: running.screen.parts.prompt.is_open)
        await running.press("escape")
        await running.until(lambda: running.screen.parts.list.has_focus)
        assert tokens("C-k") not in running.screen.key_map.bound["list"], "nothing is bound to C-k"
