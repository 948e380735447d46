"""What few conversations have (a note, a file, an urgent matter, another channel) is where a list of them begins."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.shop import DAY, Shop

from omni_tui.desk import channels, inbox, replies, triage
from omni_tui.desk.query import parse
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.count import Count
from omni_tui.model.events import Received, RemoteAttachment
from omni_tui.store import narrowed

QUERIES = {
    "has:note": {1, 4},
    "has:attachment": {2, 4},
    "has:note has:attachment": {4},
    "has:note OR has:attachment": {1, 2, 4},
    "priority:urgent": {3},
    "priority:urgent,low": {3, 5},
    "priority:normal,urgent has:note": {1, 4},
    "is:open priority:low": {5},
    "channel:form": {6, 7},
    "channel:form,shop has:note": {1, 4},
    "kind:webhook -has:note": {6, 7},
    "lamp channel:form": {6},
    "priority:low -lamp": {5},
    "has:note -has:note": set(),
    "channel:nowhere": set(),
}


@pytest.mark.parametrize("few", [1500, 0])
def test_a_set_finds_what_the_list_does(shop: Shop, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """However many there are of them: from the set, or by walking down the list."""
    monkeypatch.setattr(narrowed, "FEW", few)
    at = shop.now() - 9 * DAY
    file = RemoteAttachment("a.pdf", "application/pdf", 10, "2", "")
    for n in range(8):
        fields = {"attachments": (file,)} if n in (2, 4) else {}
        mail = shop.mail(f"c{n}@x.example", ("a lamp", "a chair")[n % 2], receipt_at=at - n * DAY, **fields)
        if n == 6:
            mine = shop.channel_id
            shop.channel_id = channels.register(shop.store, "form", "webhook", "", Capabilities())
        shop.take(Received(mail))
    shop.channel_id = mine
    ids = [row.id for row in shop.rows("")]
    for n in (1, 4):
        replies.note(shop.store, shop.agent, ids[n], "look at this")
    triage.priority(shop.store, shop.agent, [ids[3]], "urgent")
    triage.priority(shop.store, shop.agent, [ids[5]], "low")
    for query, known in QUERIES.items():
        found = [row.id for row in shop.rows(query)]
        assert sorted(map(ids.index, found)) == sorted(known), query
        assert inbox.count(shop.store, shop.agent, parse(query, 0)) == Count(len(found)), query


@pytest.mark.parametrize(
    "query", ["is:open has:note", "is:open has:attachment", "is:open priority:high", "channel:form"]
)
def test_nobody_looks_at_every_conversation_for_the_few(tmp_path: Path, query: str) -> None:
    shop = Shop(tmp_path)
    channels.register(shop.store, "form", "webhook", "", Capabilities())
    shop.take(*(Received(shop.mail(f"c{n}@x.example")) for n in range(1200)))
    assert len(shop.rows(query)) == 0
    steps = [0]

    def count() -> None:
        steps[0] += 10

    shop.store._local.read.connection.set_progress_handler(count, 10)
    assert len(shop.rows(query)) == 0
    shop.store.close()
    assert steps[0] < 1200, "fewer steps than there are conversations"
