"""Line mode: forwarding, writing first and answering all, with what was begun kept line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.shop import SHOP, Shop
from support.spoken import spoken

from omni_tui.desk import channels, drafts, forwarding, new_drafts, outbox, replies, snippets
from omni_tui.desk.thread import open_thread
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Receipt
from omni_tui.model.enums import Direction, DraftMode
from omni_tui.model.message import MessageRow

LENA = Address("lena@posteo.example", "Lena Hoffmann")
TOM = Address("tom@posteo.example", "Tom")


@pytest.fixture
def shop(desk: Shop) -> Shop:
    channels.register(desk.store, "shop", "mail", SHOP.address, Capabilities(subject=True, cc=True, media_out=True))
    desk.receive(LENA, "Where is it?", to=(SHOP,), cc=(TOM,), subject="Order 4417")
    return desk


def ours(shop: Shop, id: str) -> list[MessageRow]:
    return [m for m in open_thread(shop.store, shop.agent, id).messages if m.direction is Direction.OUTBOUND]


def test_a_message_is_forwarded_and_called_back(shop: Shop) -> None:
    id = shop.one().id
    out = spoken("f 1", "nobody", "f", "depot@carrier.example", "Where is it?", ".", "q", "q")
    assert "no mail address" in out and "Forward of what Lena Hoffmann <lena@posteo.example> wrote" in out
    (sent,) = ours(shop, id)
    assert (sent.text, [each.address for each in sent.to]) == ("Where is it?", ["depot@carrier.example"])
    assert sent.outbox is not None and sent.outbox.not_before > shop.now()
    assert "draft again" in spoken("z", "q")
    assert outbox.unsettled(shop.store) == ()


def test_somebody_is_written_to_and_what_was_begun_is_gone_on_with(shop: Shop) -> None:
    out = spoken("c", "nina@new.example", "Your tent", "It is", ".q", "q")
    assert "Draft kept." in out and len(shop.rows()) == 1
    out = spoken("c", "ready.", ".", "q")
    assert "    It is" in out
    (row,) = shop.rows("from:nina OR customer:nina")
    assert [each.text for each in ours(shop, row.id)] == ["It is\nready."]
    assert new_drafts.mine(shop.store, shop.agent) == ()
    spoken("c", "nina@new.example", "Other", "x", ".x", "q")
    assert new_drafts.mine(shop.store, shop.agent) == ()


def test_a_forward_takes_files_snippets_a_moment_and_other_people(shop: Shop, tmp_path: Path) -> None:
    snippets.save(shop.store, shop.agent, "ask", "Where is {order}? {agent}")
    (tmp_path / "label.pdf").write_bytes(b"%PDF")
    (tmp_path / "wrong.txt").write_text("wrong")
    id = shop.one().id
    out = spoken(
        *("f 1 depot@carrier.example", f".a {tmp_path}/wrong.txt", f".a {tmp_path}/label.pdf", ".a -1", ".s ask"),
        *(".t boss@carrier.example", ".c ana@carrier.example", ".l tomorrow 9", ".q", "q", "q"),
    )
    assert "Goes along: wrong.txt, label.pdf." in out and "Draft kept." in out
    held = drafts.load(shop.store, shop.agent, id, DraftMode.FORWARD)
    assert held is not None and held.body == "Where is 4417? Ana" and held.fields.at > shop.now()
    out = spoken("f 1", ".", "q", "q")
    assert "Goes along: label.pdf." in out and "z calls it back until then" in out
    (sent,) = ours(shop, id)
    assert [each.address for each in (*sent.to, *sent.cc)] == ["boss@carrier.example", "ana@carrier.example"]
    assert (sent.text, [each.name for each in sent.attachments]) == ("Where is 4417? Ana", ["label.pdf"])


def test_another_message_takes_over_what_was_begun_only_when_told_so(shop: Shop) -> None:
    id = shop.one().id
    replies.reply(shop.store, shop.agent, id, "Which one?")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    outbox.sent(shop.store, shop.epoch, claimed.outbox_id, Receipt())
    shop.receive(LENA, "And the invoice?", subject="Re: Order 4417", reply_keys=(claimed.command.key,))
    first, _ours, second = (each.id for each in open_thread(shop.store, shop.agent, id).messages)
    spoken("1", "f 1 depot@carrier.example", "Look", ".q", "q", "q")
    out = spoken("1", "f 3", "1", ".q", "f 3", "2", ".q", "q", "q")
    assert out.count("You began to forward another message of this conversation, to depot@carrier.example.") == 2
    held = drafts.load(shop.store, shop.agent, id, DraftMode.FORWARD)
    assert held is not None and (held.body, held.fields.of) == ("Look", second) and first != second


def test_a_first_mail_takes_files_a_snippet_a_moment_and_another_subject(shop: Shop, tmp_path: Path) -> None:
    snippets.save(shop.store, shop.agent, "hello", "Hello {customer_first}, about {subject}")
    (tmp_path / "offer.pdf").write_bytes(b"%PDF")
    out = spoken(
        *("c", "Nina Berg <nina@new.example>", "Tnt", ".b Your tent", ".s hello", f".a {tmp_path}/offer.pdf"),
        *(".l tomorrow 9", ".", "q"),
    )
    assert "About Your tent." in out and "Goes along: offer.pdf." in out
    (row,) = shop.rows("customer:nina")
    (sent,) = ours(shop, row.id)
    assert (row.subject, sent.text) == ("Your tent", "Hello Nina, about Your tent")
    assert [each.name for each in sent.attachments] == ["offer.pdf"]
    assert sent.outbox is not None and sent.outbox.not_before > shop.now() + 3_600_000


def test_all_are_answered(shop: Shop) -> None:
    spoken("1", "R", "Hello all", ".", "q", "q")
    (sent,) = ours(shop, shop.one().id)
    assert (sent.text, [each.address for each in sent.cc]) == ("Hello all", ["tom@posteo.example"])


def test_what_another_window_forwarded_is_told_before_it_leaves_once_more(shop: Shop) -> None:
    id = shop.one().id
    (message,) = open_thread(shop.store, shop.agent, id).messages
    spoken("f 1 depot@carrier.example", "Here?", ".q", "q", "q")
    forwarding.forward(shop.store, shop.agent, message.id, ["depot@carrier.example"], "Here?")
    out = spoken("f 1", ".", ".q", "q", "q")
    assert "You forwarded this in another window." in out and len(ours(shop, id)) == 1
    spoken("f 1", ".", "q", "q")
    assert len(ours(shop, id)) == 2
