"""Searches choose their way by how much there is: from the first message on, none of them misses any."""

from __future__ import annotations

import pytest
from support.shop import Shop

from omni_tui.model.address import Address
from omni_tui.model.events import Received

LENA = Address("lena@post.example", "Lena")
QUERIES = ("from:lena", "order", "ord*", "from:lena ord*", "order -refund")


@pytest.mark.parametrize("query", QUERIES)
def test_a_growing_store_is_found_whole(shop: Shop, query: str) -> None:
    for count in range(1, 41):
        shop.take(Received(shop.mail(LENA, "My order", subject=str(count))))
        assert len(shop.rows(query)) == count
