"""A shop for the screen to show."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.shop import MINUTE, Shop

from omni_tui.model.address import Address


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Three conversations: Lena's is the newest, Chen's is Chinese, Ben's the oldest."""
    shop = Shop(tmp_path)
    now = shop.now()
    shop.receive(
        Address("ben@carver.example", "Ben Carver"), "The zip came off", subject="Zip", receipt_at=now - 300 * MINUTE
    )
    shop.receive(
        Address("chen@example.cn", "陈思远"), "你好，帐篷杆断了", subject="帐篷杆断了一节", receipt_at=now - 90 * MINUTE
    )
    shop.receive(
        Address("lena@posteo.example", "Lena Hoffmann"),
        "Still no movement.\n\nOn Monday, Shop wrote:\n> we sent it\n> last week\n",
        subject="Order 4417",
        receipt_at=now - 5 * MINUTE,
    )
    return shop
