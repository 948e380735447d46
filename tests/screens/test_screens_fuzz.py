"""Whatever is typed, the inbox stays, and no text anybody wrote is lost."""

from __future__ import annotations

import random

import pytest
from support.inbox import Inbox, inbox
from support.shop import Shop
from textual import events

from omni_tui.desk import drafts, thread
from omni_tui.desk import inbox as desk_inbox
from omni_tui.model.query import Field
from omni_tui.store import Store

NAMED = (
    *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *("backspace", "delete", "space", "f1", "f2", "f3", "alt+a", "alt+enter"),
    *(f"ctrl+{letter}" for letter in "dunpjtwekxyr"),
)
"""Not ctrl+z and ctrl+q, which leave, and not ctrl+o, which gives the terminal to an editor."""
SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPRSTUVXYZ0123456789!#/?:;.,[]+_-`@'\"%$&()*<>=你好é"
PASTES = ("two\nlines", "\x1b[31mred\x1b[0m", "[/] [bold]", "帐篷杆断了", "a" * 3000)


async def _press(screen: Inbox, dice: random.Random) -> None:
    roll = dice.random()
    if roll < 0.02:
        screen.app.post_message(events.Paste(dice.choice(PASTES)))
    elif roll < 0.35:
        await screen.press(dice.choice(NAMED))
        return
    else:
        # A whole word now and then: the ways from key to key matter, not only keys.
        for sign in dice.choices(SIGNS, k=dice.choice((1, 1, 1, 4))):
            screen.app.post_message(events.Key(sign, sign))
    await screen.pilot.pause()


def _kept(store: Store, shop: Shop) -> set[str]:
    """Every text that is a draft, a note or on its way, in the trash too: what is thrown away comes back with undo."""
    rows = desk_inbox.page(store, shop.agent, Field("is", ("any",)), limit=50)
    threads = [thread.open_thread(store, shop.agent, row.id, limit=200) for row in rows]
    written = {message.text.strip() for each in threads for message in each.messages}
    return written | {draft.body.strip() for draft in drafts.mine(store, shop.agent)}


async def _random_keys(shop: Shop, seed: int, count: int) -> None:
    dice = random.Random(seed)
    # By conversation: going from reply to note takes the text along.
    written: dict[str, str] = {}
    async with inbox(shop, undo_send_s=600) as screen:
        await screen.shows("Lena Hoffmann")
        for _ in range(count):
            await _press(screen, dice)
            if screen.app._exit:
                break  # q at the root leaves: that is its meaning
            composer = screen.screen.parts.composer
            if composer.is_open:
                written[composer.conversation_id] = composer.area.text.strip()
        assert screen.app._exception is None
        await screen.app.action_quit()
        kept = await screen.stored(_kept, shop)
    assert {text for text in written.values() if text} <= kept


async def test_random_keys_lose_nothing(shop: Shop) -> None:
    await _random_keys(shop, 1, 150)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
async def test_ten_thousand_random_keys_lose_nothing(shop: Shop, seed: int) -> None:
    await _random_keys(shop, seed, 250)
