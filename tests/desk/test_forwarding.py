"""Forwarding: to somebody outside, who is nobody's customer by it and gets in by that one answer alone."""

from __future__ import annotations

import pytest
from support.shop import SHOP, Shop

from omni_tui.desk import agents, channels, drafts, files, forwarding, replies, store_checks, thread, undo
from omni_tui.desk import outbox as desk_outbox
from omni_tui.desk.crossing import Crossed
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Receipt, Send, SentFile
from omni_tui.model.enums import Direction, DraftMode
from omni_tui.model.errors import Conflict, NotFound, UsageError
from omni_tui.model.message import MessageRow, Thread

DEPOT = Address("depot@carrier.example", "Depot")
LENA = Address("lena@posteo.example", "Lena")
INVOICE = SentFile("Rechnung 4417.pdf", "application/pdf", b"%PDF-1.7 paid")


@pytest.fixture
def lena(shop: Shop) -> str:
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))
    shop.receive(LENA, "Where is it?", subject="Order 4417", sent_at=1_790_000_000_000)
    return shop.one().id


def opened(shop: Shop, id: str) -> Thread:
    return thread.open_thread(shop.store, shop.agent, id)


def newest(shop: Shop, id: str, direction: Direction = Direction.INBOUND) -> MessageRow:
    return [each for each in opened(shop, id).messages if each.direction is direction][-1]


def leave(shop: Shop) -> Send:
    """What the engine would hand to the channel now; it is sent then."""
    claimed = desk_outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    desk_outbox.sent(shop.store, shop.epoch, claimed.outbox_id, Receipt())
    return claimed.command


def passed(shop: Shop, id: str, note: str = "Do you have it?") -> Send:
    forwarding.forward(shop.store, shop.agent, newest(shop, id).id, ["Depot <depot@carrier.example>"], note)
    return leave(shop)


def test_it_leaves_with_who_wrote_what_and_answers_nothing(shop: Shop, lena: str) -> None:
    sent = passed(shop, lena)
    assert (sent.to, sent.reply_keys, sent.quote, sent.text) == ((DEPOT,), (), None, "Do you have it?")
    assert sent.passed_on is not None
    assert (sent.passed_on.author, sent.passed_on.text, sent.passed_on.sent_at) == (
        LENA,
        "Where is it?",
        1_790_000_000_000,
    )
    mine = newest(shop, lena, Direction.OUTBOUND)
    assert (mine.forwards, mine.aside, [each.address for each in mine.to]) == (
        newest(shop, lena).id,
        True,
        ["depot@carrier.example"],
    )


def test_the_customer_is_answered_and_waits_as_before(shop: Shop, lena: str) -> None:
    before = opened(shop, lena)
    passed(shop, lena)
    after = opened(shop, lena)
    assert after.reply == before.reply
    assert after.head.waiting_since == before.head.waiting_since is not None
    assert after.head.customer_id == before.head.customer_id
    replies.reply(shop.store, shop.agent, lena, "We are looking")
    assert [each.address for each in leave(shop).to] == ["lena@posteo.example"]


def test_the_answer_to_it_comes_here_and_stands_aside(shop: Shop, lena: str) -> None:
    sent = passed(shop, lena)
    shop.receive(
        DEPOT, "It is in Kassel, do not tell them", reply_keys=(sent.key,), cc=(Address("boss@carrier.example"),)
    )
    assert [row.id for row in shop.rows()] == [lena]
    found = opened(shop, lena)
    theirs = newest(shop, lena)
    assert theirs.aside and theirs.author.address == "depot@carrier.example"
    assert found.head.unread and found.head.customer == "Lena"
    assert ([each.address for each in found.reply_to], found.reply.others) == (["lena@posteo.example"], ())
    # What they wrote is none of the customer's business: neither named nor quoted.
    replies.reply(shop.store, shop.agent, lena, "It is found")
    answer = leave(shop)
    assert answer.quote is not None and answer.quote.text == "Where is it?"
    assert [each.address for each in (*answer.to, *answer.cc)] == ["lena@posteo.example"]


def test_who_has_not_its_name_does_not_get_in(shop: Shop, lena: str) -> None:
    sent = passed(shop, lena)
    ref = shop.one().ref
    shop.receive(DEPOT, "By its number", subject=f"Re: Order [#{ref}]", vouched=True)
    shop.receive("eve@evil.example", "With a name that leaked", reply_keys=(sent.key,))
    shop.receive(DEPOT, "A name made up", reply_keys=(sent.key.replace(".", "0.", 1),))
    assert len(shop.rows()) == 4
    assert [each.text for each in opened(shop, lena).messages if each.direction is Direction.INBOUND] == [
        "Where is it?"
    ]


def test_having_answered_once_opens_nothing_else(shop: Shop, lena: str) -> None:
    sent = passed(shop, lena)
    first = shop.receive(DEPOT, "In Kassel", reply_keys=(sent.key,))
    shop.receive(DEPOT, "To my own mail", reply_keys=(first.key,))
    assert len(shop.rows()) == 2
    shop.receive(DEPOT, "Again", reply_keys=(sent.key, first.key))
    assert len(shop.rows()) == 2
    assert newest(shop, lena).text == "Again"


def test_undo_gives_it_back_as_a_draft_and_redo_sends_it(shop: Shop, lena: str) -> None:
    message = newest(shop, lena).id
    forwarding.forward(shop.store, shop.agent, message, ["depot@carrier.example"], "Here?", delay_ms=60_000)
    outcome = undo.undo(shop.store, shop.agent)
    assert (outcome.verb, outcome.changed) == ("forward", (lena,))
    draft = drafts.load(shop.store, shop.agent, lena, DraftMode.FORWARD)
    assert draft is not None
    assert (draft.body, draft.fields.to, draft.fields.of) == ("Here?", "depot@carrier.example", message)
    assert drafts.load(shop.store, shop.agent, lena, DraftMode.REPLY) is None
    assert shop.one().own_draft and [each.forwards for each in opened(shop, lena).messages] == [""]
    undo.redo(shop.store, shop.agent)
    assert drafts.load(shop.store, shop.agent, lena, DraftMode.FORWARD) is None
    assert newest(shop, lena, Direction.OUTBOUND).forwards == message


def test_files_go_along_but_those_left_out(shop: Shop, lena: str) -> None:
    replies.reply(shop.store, shop.agent, lena, "Your invoice", files=[INVOICE, SentFile("b", "x/y", b"b")])
    leave(shop)
    ours = newest(shop, lena, Direction.OUTBOUND)
    kept = [each.id for each in ours.attachments if each.name == "b"]
    queued = forwarding.forward(
        shop.store, shop.agent, ours.id, ["depot@carrier.example"], left_out=kept, delay_ms=60_000
    )
    with shop.store.read() as tx:
        assert files.of_message(tx, queued.message_id) == (INVOICE,)
    undo.undo(shop.store, shop.agent)
    draft = drafts.load(shop.store, shop.agent, lena, DraftMode.FORWARD)
    assert draft is not None and list(draft.fields.left_out) == kept


def test_what_cannot_be_passed_on_is_said(shop: Shop, lena: str) -> None:
    replies.note(shop.store, shop.agent, lena, "secret")
    note = newest(shop, lena, Direction.NOTE)
    with pytest.raises(UsageError, match="A note stays in the team"):
        forwarding.forward(shop.store, shop.agent, note.id, ["depot@carrier.example"])
    with pytest.raises(NotFound):
        forwarding.forward(shop.store, shop.agent, "nothing", ["depot@carrier.example"])
    message = newest(shop, lena).id
    for hostile in ("", "depot", "a@b.example\r\nBcc: eve@evil.example, x", SHOP.address.upper(), "<>"):
        with pytest.raises(UsageError):
            forwarding.forward(shop.store, shop.agent, message, [hostile])
    assert desk_outbox.unsettled(shop.store) == ()


def test_a_name_is_never_an_address(shop: Shop, lena: str) -> None:
    message = newest(shop, lena).id
    forwarding.forward(shop.store, shop.agent, message, ['"depot@carrier.example" <eve@evil.example>'])
    assert [each.address for each in leave(shop).to] == ["eve@evil.example"]
    forwarding.forward(shop.store, shop.agent, message, ["depot@bücher.example"])
    assert [each.address for each in leave(shop).to] == ["depot@bücher.example"]


def test_without_a_mailbox_there_is_no_way(shop: Shop, lena: str) -> None:
    message = newest(shop, lena).id
    with pytest.raises(UsageError, match="There is no channel chat"):
        forwarding.forward(shop.store, shop.agent, message, ["depot@carrier.example"], channel="chat")
    channels.register(shop.store, "shop", "chat", "", Capabilities())
    with pytest.raises(UsageError, match="only replies to who wrote there"):
        forwarding.forward(shop.store, shop.agent, message, ["depot@carrier.example"], channel="shop")
    with pytest.raises(Conflict, match="takes a mailbox"):
        forwarding.forward(shop.store, shop.agent, message, ["depot@carrier.example"])


def test_the_store_finds_nothing_wrong_with_it(shop: Shop, lena: str) -> None:
    sent = passed(shop, lena)
    shop.receive(DEPOT, "In Kassel", reply_keys=(sent.key,))
    assert [each for each in store_checks.look(shop.store) if each.count] == []


def test_who_got_a_copy_of_a_reply_is_there_again_when_it_is_called_back(shop: Shop, lena: str) -> None:
    replies.reply(shop.store, shop.agent, lena, "Hello", cc=["boss@firm.example", "b@firm.example"], delay_ms=60_000)
    undo.undo(shop.store, shop.agent)
    draft = drafts.load(shop.store, shop.agent, lena, DraftMode.REPLY)
    assert draft is not None
    assert (draft.fields.channel, draft.fields.cc) == ("shop", "boss@firm.example, b@firm.example")


def test_what_was_passed_on_in_another_window_is_not_passed_on_once_more(shop: Shop, lena: str) -> None:
    message = newest(shop, lena).id
    begun = forwarding.newest(shop.store, message)
    to = ["depot@carrier.example"]
    forwarding.forward(shop.store, shop.agent, message, to, "Here?", held=(), seen=begun)
    with pytest.raises(Crossed, match="You forwarded this in another window") as crossed:
        forwarding.forward(shop.store, shop.agent, message, to, "Here?", held=(), seen=begun)
    assert [each.forwards for each in opened(shop, lena).messages] == ["", message]
    # Whoever saw that may send it again, to somebody else as well.
    assert crossed.value.newest == forwarding.newest(shop.store, message)
    forwarding.forward(shop.store, shop.agent, message, ["boss@carrier.example"], held=(), seen=crossed.value.newest)
    assert [each.forwards for each in opened(shop, lena).messages] == ["", message, message]


def test_a_colleague_who_passed_it_on_meanwhile_is_named(shop: Shop, lena: str) -> None:
    message, bo = newest(shop, lena).id, agents.who(shop.store, "bo")
    begun = forwarding.newest(shop.store, message)
    forwarding.forward(shop.store, bo, message, ["depot@carrier.example"], "Here?")
    with pytest.raises(Crossed, match="bo forwarded this while you were writing"):
        forwarding.forward(shop.store, shop.agent, message, ["depot@carrier.example"], "Here?", held=(), seen=begun)


def test_a_forward_that_was_called_back_and_one_of_another_message_hold_nothing(shop: Shop, lena: str) -> None:
    message = newest(shop, lena).id
    begun = forwarding.newest(shop.store, message)
    forwarding.forward(shop.store, shop.agent, message, ["depot@carrier.example"], "Here?", delay_ms=60_000)
    undo.undo(shop.store, shop.agent)
    replies.reply(shop.store, shop.agent, lena, "We are looking")
    ours = newest(shop, lena, Direction.OUTBOUND).id
    forwarding.forward(shop.store, shop.agent, ours, ["depot@carrier.example"])
    queued = forwarding.forward(shop.store, shop.agent, message, ["depot@carrier.example"], held=(), seen=begun)
    assert queued.conversation_id == lena


def test_of_two_that_were_seen_one_may_be_called_back(shop: Shop, lena: str) -> None:
    message, to = newest(shop, lena).id, ["depot@carrier.example"]
    for _n in range(2):
        forwarding.forward(shop.store, shop.agent, message, to, delay_ms=60_000)
    begun = forwarding.newest(shop.store, message)
    undo.undo(shop.store, shop.agent)
    forwarding.forward(shop.store, shop.agent, message, to, held=(), seen=begun)
    assert [each.forwards for each in opened(shop, lena).messages] == ["", message, message]
