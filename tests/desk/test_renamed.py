"""A provider that gives what we send another Message-ID: no double, and the customer's answer finds its way."""

from __future__ import annotations

import dataclasses

from support.shop import SHOP, Shop

from omni_tui.desk import outbox, replies, thread
from omni_tui.model.address import Address
from omni_tui.model.commands import Receipt
from omni_tui.model.enums import OutboxState
from omni_tui.model.events import Received, SentElsewhere

LENA = Address("lena@post.example", "Lena")
THEIRS = "PR3P18@eurprd05.prod.outlook.example"


def test_our_answer_in_the_sent_folder_is_ours_under_its_new_name(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Here you are")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    outbox.sent(shop.store, shop.epoch, queued.outbox_id, Receipt())
    copy = shop.mail(SHOP, "Here you are", to=(LENA,), key=claimed.command.key)
    shop.take(SentElsewhere(dataclasses.replace(copy, other_keys=(THEIRS,))))
    assert replies.outbox_state(shop.store, queued.outbox_id).state is OutboxState.SENT
    shop.take(Received(shop.mail(LENA, "Thanks", key="thanks@post.example", reply_keys=(THEIRS,))))
    opened = thread.open_thread(shop.store, shop.agent, shop.one().id)
    assert [message.text for message in opened.messages][-2:] == ["Here you are", "Thanks"]
