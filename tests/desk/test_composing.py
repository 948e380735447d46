"""Writing first: a conversation that begins when it is sent, and is gone when it is called back in time."""

from __future__ import annotations

import pytest
from support.shop import SHOP, Shop

from omni_tui.desk import (
    agents,
    channels,
    composing,
    customers,
    drafts,
    files,
    new_drafts,
    replies,
    store_checks,
    tagging,
    thread,
    triage,
    undo,
)
from omni_tui.desk import outbox as desk_outbox
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import SentFile
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import Direction, DraftMode, Status
from omni_tui.model.errors import Conflict, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.model.outcome import Queued

OFFER = SentFile("Angebot.pdf", "application/pdf", b"%PDF-1.7 cheap")
TO_NINA = DraftFields(to="Nina <nina@new.example>", subject="Your tent")


@pytest.fixture(autouse=True)
def mailbox(shop: Shop) -> None:
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))


def begun(shop: Shop, fields: DraftFields = TO_NINA, body: str = "It is ready.", delay_ms: int = 60_000) -> Queued:
    return composing.compose(shop.store, shop.agent, fields, body, delay_ms=delay_ms)


def test_it_begins_a_conversation_of_the_agents_own(shop: Shop) -> None:
    queued = begun(shop, delay_ms=0)
    row = shop.one("is:open assignee:me")
    assert (row.id, row.customer, row.address, row.subject) == (
        queued.conversation_id,
        "Nina",
        "nina@new.example",
        "Your tent",
    )
    assert (row.snippet, row.last_direction, row.waiting_since) == ("It is ready.", Direction.OUTBOUND, None)
    claimed = desk_outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    assert (claimed.command.to, claimed.command.reply_keys, claimed.command.subject) == (
        (Address("nina@new.example", "Nina"),),
        (),
        "Your tent",
    )
    shop.receive("nina@new.example", "Thank you", reply_keys=(claimed.command.key,))
    assert shop.one().id == queued.conversation_id
    assert [each for each in store_checks.look(shop.store) if each.count] == []


def test_a_known_customer_is_the_same_one(shop: Shop) -> None:
    shop.receive(Address("nina@new.example", "Nina N"), "Hello")
    known = shop.one().customer_id
    begun(shop, DraftFields(to="NINA@new.example", subject="Your tent"))
    assert {row.customer_id for row in shop.rows()} == {known}


def test_undone_it_leaves_no_trace_and_redone_it_is_the_same(shop: Shop) -> None:
    queued = begun(shop)
    ref = shop.one().ref
    outcome = undo.undo(shop.store, shop.agent)
    assert (outcome.verb, outcome.changed) == ("compose", (queued.conversation_id,))
    assert shop.rows("is:any") == shop.rows("is:trash") == ()
    assert customers.find(shop.store, "nina") == ()
    assert desk_outbox.unsettled(shop.store) == ()
    (draft,) = new_drafts.mine(shop.store, shop.agent)
    assert (draft.body, draft.fields.to, draft.fields.subject) == (
        "It is ready.",
        '"Nina" <nina@new.example>',
        "Your tent",
    )
    undo.redo(shop.store, shop.agent)
    row = shop.one()
    assert (row.id, row.ref, row.customer) == (queued.conversation_id, ref, "Nina")
    assert new_drafts.mine(shop.store, shop.agent) == ()
    undo.undo(shop.store, shop.agent)
    assert shop.rows("is:any") == ()
    assert [each for each in store_checks.look(shop.store) if each.count] == []


def test_redo_leaves_a_draft_alone_that_was_written_on(shop: Shop) -> None:
    queued = begun(shop)
    undo.undo(shop.store, shop.agent)
    drafts.save(shop.store, shop.agent, queued.conversation_id, DraftMode.NEW, "Other words", fields=TO_NINA)
    outcome = undo.redo(shop.store, shop.agent)
    assert outcome.refused == ("What was called back was changed or sent since.",)
    assert shop.rows("is:any") == ()
    assert [each.body for each in new_drafts.mine(shop.store, shop.agent)] == ["Other words"]


def test_a_customer_known_before_stays(shop: Shop) -> None:
    shop.receive(Address("nina@new.example", "Nina N"), "Hello")
    begun(shop)
    undo.undo(shop.store, shop.agent)
    assert [each.name for each in customers.find(shop.store, "nina")] == ["Nina N"]


def test_what_a_colleague_wrote_there_meanwhile_stays(shop: Shop) -> None:
    queued = begun(shop)
    bo = agents.who(shop.store, "bo", "Bo")
    replies.note(shop.store, bo, queued.conversation_id, "She called already")
    undo.undo(shop.store, shop.agent)
    texts = [each.text for each in thread.open_thread(shop.store, bo, queued.conversation_id).messages]
    assert "She called already" in texts and "It is ready." not in texts
    assert [each.body for each in new_drafts.mine(shop.store, shop.agent)] == ["It is ready."]
    assert desk_outbox.unsettled(shop.store) == ()


def test_what_is_given_up_is_a_draft_again(shop: Shop) -> None:
    queued = begun(shop)
    assert replies.give_up(shop.store, shop.agent, queued.outbox_id).state == "cancelled"
    assert shop.rows("is:any") == ()
    assert [each.body for each in new_drafts.mine(shop.store, shop.agent)] == ["It is ready."]


def test_the_files_of_its_draft_leave_with_it_and_come_back(shop: Shop) -> None:
    id = uuid7()
    shown = [each.id for each in new_drafts.attach(shop.store, shop.agent, id, [OFFER, SentFile("b", "x/y", b"b")])]
    (kept,) = new_drafts.detach(shop.store, shop.agent, id, shown[1])
    with pytest.raises(Conflict, match="changed in another window"):
        composing.compose(shop.store, shop.agent, TO_NINA, "Here", draft_id=id, shown=shown)
    queued = composing.compose(shop.store, shop.agent, TO_NINA, "Here", draft_id=id, shown=[kept.id], delay_ms=60_000)
    assert queued.conversation_id == id
    with shop.store.read() as tx:
        assert files.of_message(tx, queued.message_id) == (OFFER,)
    undo.undo(shop.store, shop.agent)
    assert [each.name for each in new_drafts.files_of(shop.store, id)] == [OFFER.name]
    undo.redo(shop.store, shop.agent)
    assert [each.name for each in thread.open_thread(shop.store, shop.agent, id).messages[0].attachments] == [
        OFFER.name
    ]


def test_a_draft_is_its_agents_alone_and_an_empty_one_goes(shop: Shop) -> None:
    id = uuid7()
    drafts.save(shop.store, shop.agent, id, DraftMode.NEW, "half", fields=TO_NINA)
    assert drafts.load(shop.store, agents.who(shop.store, "bo"), id, DraftMode.NEW) is None
    found = drafts.load(shop.store, shop.agent, id, DraftMode.NEW)
    assert found is not None and (found.body, found.fields) == ("half", TO_NINA)
    drafts.save(shop.store, shop.agent, id, DraftMode.NEW, "", fields=DraftFields())
    assert new_drafts.mine(shop.store, shop.agent) == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (DraftFields(subject="x"), "Nobody is named"),
        (DraftFields(to="nina"), "no mail address"),
        (DraftFields(to="nina@new.example"), "needs a subject"),
        (DraftFields(to="nina@new.example", subject=" \r\n"), "needs a subject"),
        (DraftFields(to=SHOP.address, subject="x"), "address of yours"),
        (DraftFields(to="nina@new.example", cc="x y z", subject="x"), "no mail address"),
        (DraftFields(to="nina@new.example", subject="x", channel="fax"), "no channel fax"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_begins(shop: Shop, fields: DraftFields, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        begun(shop, fields)
    with pytest.raises(UsageError, match="text is empty"):
        begun(shop, TO_NINA, " \n")
    assert shop.rows("is:any") == () and customers.find(shop.store, "nina") == ()


def test_a_subject_is_one_line_whatever_it_holds(shop: Shop) -> None:
    begun(shop, DraftFields(to="nina@new.example", subject="Hi\r\nBcc: eve@evil.example"))
    assert shop.one().subject == "Hi Bcc: eve@evil.example"


def test_an_ordinary_conversation_is_not_unmade_with_its_last_answer(shop: Shop) -> None:
    shop.receive("nina@new.example", "Hello")
    id = shop.one().id
    replies.reply(shop.store, shop.agent, id, "Hello Nina", delay_ms=60_000)
    undo.undo(shop.store, shop.agent)
    assert (shop.one().id, shop.one().status) == (id, Status.OPEN)
    begun(shop)
    other = next(row.id for row in shop.rows() if row.id != id)
    triage.tag(shop.store, shop.agent, [other], ["vip"])
    assert "vip" in tagging.names(shop.store)
    undo.undo(shop.store, shop.agent)
    undo.undo(shop.store, shop.agent)
    assert [row.id for row in shop.rows("is:any")] == [id]


def test_a_draft_that_another_window_sent_is_not_sent_once_more(shop: Shop) -> None:
    id = uuid7()
    drafts.save(shop.store, shop.agent, id, DraftMode.NEW, "It is ready.", fields=TO_NINA)
    composing.compose(shop.store, shop.agent, TO_NINA, "It is ready.", draft_id=id)
    with pytest.raises(Conflict, match=f"sent in another window, as #{shop.one().ref}"):
        composing.compose(shop.store, shop.agent, TO_NINA, "It is ready.", draft_id=id)
    assert len(thread.open_thread(shop.store, shop.agent, id).messages) == 1
