"""Writing in the inbox: a shop whose mail takes files, and the first keys of a forward."""

from __future__ import annotations

from omni_tui.desk import channels
from omni_tui.model.capabilities import Capabilities
from support.inbox import Inbox
from support.shop import SHOP, Shop

DEPOT = "depot@carrier.example"


def take_files(shop: Shop) -> None:
    """Let what is written by mail go out with files."""
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))


def writes(screen: Inbox) -> bool:
    """Whether the composer is open."""
    return screen.screen.parts.composer.is_open


async def forward(screen: Inbox, to: str = DEPOT) -> None:
    """Press ``f``, say to whom, and wait for the composer."""
    await screen.press("f")
    await screen.shows("Forward to")
    await screen.type(to)
    await screen.press("enter")
    await screen.until(lambda: writes(screen))
