"""Whom a reply goes to stands above it, and that it is somebody else than before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shop import Shop

from omni_tui.desk import thread
from omni_tui.model.address import Address
from omni_tui.screens.composer.heads import recipient_lines


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path / "store")
    yield shop
    shop.store.close()


def shown(shop: Shop) -> list[str]:
    opened = thread.open_thread(shop.store, shop.agent, shop.rows()[0].id)
    return ["".join(span.text for span in line) for line in recipient_lines(opened, 200)]


def test_an_answer_to_somebody_else_says_so(made: Shop) -> None:
    made.receive("lena@post.example")
    assert len(shown(made)) == 1 and "lena@post.example" in shown(made)[0]
    made.receive("max@post.example", reply_to=(Address("elsewhere@evil.example"),))
    first, second = shown(made)
    assert "elsewhere@evil.example" in first
    assert second == "not to max@post.example as before"
