"""Which message of a thread keys are about: the last that begins in view, or the one chosen above it."""

from __future__ import annotations

import pytest
from support.inbox import Inbox, inbox
from support.shop import Shop

from omni_tui.desk import inbox as desk_inbox
from omni_tui.desk import replies


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Lena's conversation, which fits on a screen: her message and two notes."""
    id = desk_inbox.find(shop.store, shop.agent, "1003").id
    replies.note(shop.store, shop.agent, id, "first note")
    replies.note(shop.store, shop.agent, id, "second note")
    return shop


def meant(screen: Inbox) -> str:
    parts = screen.screen.parts
    message = parts.thread.message_at(parts.view.reading_key())
    return message.text.partition("\n")[0] if message is not None else ""


async def test_k_goes_up_where_nothing_is_left_to_scroll_and_says_so(shop: Shop) -> None:
    async with inbox(shop, (120, 40)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter")
        await screen.shows("second note")
        assert meant(screen) == "second note"
        for key, words in (
            ("k", "first note"),
            ("k", "Still no movement."),
            ("k", "Still no movement."),
            ("j", "first note"),
            ("j", "second note"),
            ("j", "second note"),
            ("g", "second note"),
        ):
            await screen.press(key)
            await screen.until(lambda: meant(screen) == words)  # noqa: B023  looked at within the turn
            marked = [line for line in screen.lines() if line[46:].lstrip(" ")[:1] == ">"]
            assert len(marked) == (words != "second note"), screen.text()
        await screen.press("g")
        await screen.until(lambda: meant(screen) == "Still no movement.")
        await screen.press("H")
        await screen.shows("The message as it came")
        await screen.press("escape", "G")
        await screen.until(lambda: meant(screen) == "second note")


async def test_what_was_chosen_is_forgotten_with_the_conversation(shop: Shop) -> None:
    async with inbox(shop, (120, 40)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter")
        await screen.shows("second note")
        await screen.press("k", "k")
        await screen.until(lambda: meant(screen) == "Still no movement.")
        await screen.press("J")
        await screen.lacks("second note")
        await screen.press("K")
        await screen.until(lambda: meant(screen) == "second note")
