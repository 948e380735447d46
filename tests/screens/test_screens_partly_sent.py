"""A reply that some have already is not shown as one that can be called back."""

from __future__ import annotations

from support.inbox import elsewhere, inbox
from support.shop import Shop

from omni_tui.desk import outbox, replies
from omni_tui.model.commands import Receipt, Refused

BUSY = Receipt(deferred=(Refused("max@post.example", "450 4.2.0 greylisted"),))


async def test_who_waits_is_named_and_no_key_promises_to_call_it_back(shop: Shop) -> None:
    def send() -> None:
        lena = shop.one("from:lena").id
        replies.reply(shop.store, shop.agent, lena, "Hello", cc=("max@post.example",))
        claimed = outbox.claim(shop.store, shop.epoch, 60_000, {"shop"})
        assert claimed is not None
        outbox.sent(shop.store, shop.epoch, claimed.outbox_id, BUSY, shop.now() + 600_000)

    elsewhere(send)
    async with inbox(shop) as screen:
        await screen.press("enter")
        await screen.shows("some have it")
        await screen.shows("450 4.2.0 greylisted")
        assert "calls it back" not in screen.text()
