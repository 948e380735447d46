"""An engine that ends without a word: its lease runs out by itself, and nobody writes that down."""

from __future__ import annotations

import pytest
from support.inbox import elsewhere, inbox
from support.shop import Shop

from omni_tui.desk import lease

LASTS_MS = 4000
GONE = "no engine running"


async def test_it_is_said_soon_after_though_nothing_was_committed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.screens.inbox.refreshing.CHECK_S", 0.1)
    elsewhere(lambda: lease.renew(shop.store, "tests", shop.epoch, LASTS_MS))
    async with inbox(shop) as running:
        await running.until(lambda: running.screen.status.channels)
        await running.shows(GONE)
        elsewhere(lambda: lease.take(shop.store, "another", 600_000))
        await running.lacks(GONE)
