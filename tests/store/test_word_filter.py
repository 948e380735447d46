"""A list narrowed by words holds every conversation that matches, whatever search leaves to a narrower question."""

from __future__ import annotations

from omni_tui.desk import channels
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.count import Count
from omni_tui.model.ids import uuid7
from omni_tui.model.query import Text
from omni_tui.store import Store, conversations, search_docs
from omni_tui.store.filter import where
from omni_tui.store.hits import LOOKED_AT


def test_the_oldest_of_very_many_matches_is_counted_and_listed(store: Store) -> None:
    channel = channels.register(store, "shop", "mail", "support@shop.example", Capabilities())
    ids = [uuid7() for _ in range(LOOKED_AT + 5)]
    with store.write() as tx:
        customer = uuid7()
        tx.run("insert_customer", id=customer, name="Lena", now=tx.now)
        for number, id in enumerate(ids):
            tx.run(
                "insert_conversation",
                id=id,
                ref=5000 + number,
                customer_id=customer,
                channel_id=channel,
                subject="",
                status="open",
                bulk=0,
                settled=1,
                last_at=1000 * number,
                last_direction="inbound",
                related_id=None,
                now=tx.now,
            )
            search_docs.put(tx, uuid7(), id, 1000 * number, "lamp")
    with store.read() as tx:
        built = where(Text("lamp"), "nobody")
        assert conversations.count(tx, built) == Count(len(ids))
        (oldest,) = conversations.page(tx, built, "nobody", offset=len(ids) - 1)
    assert oldest.id == ids[0]
