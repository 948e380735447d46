"""Files of one's own with a forward: kept with its draft, beside those of the message that is passed on."""

from __future__ import annotations

import pytest
from support.shop import SHOP, Shop

from omni_tui.desk import (
    channels,
    drafts,
    files,
    forwarding,
    held_files,
    merging,
    replies,
    store_checks,
    thread,
    undo,
)
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import SentFile
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import Direction, DraftMode
from omni_tui.model.errors import Conflict, UsageError

LENA = Address("lena@posteo.example", "Lena")
INVOICE = SentFile("invoice.pdf", "application/pdf", b"%PDF-1.7 paid")
LABEL = SentFile("label.pdf", "application/pdf", b"%PDF-1.7 back")
TWIN = SentFile("invoice.pdf", "application/pdf", b"%PDF-1.7 mine")
TO = ["depot@carrier.example"]


@pytest.fixture
def ours(shop: Shop) -> tuple[str, str]:
    """A conversation and a message of it that brings the invoice."""
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))
    shop.receive(LENA, "Where is it?", subject="Order 4417")
    id = shop.one().id
    queued = replies.reply(shop.store, shop.agent, id, "Here", files=[INVOICE])
    return id, queued.message_id


def begin(shop: Shop, id: str, of: str, *own: SentFile, left_out: tuple[str, ...] = ()) -> list[str]:
    """A draft of a forward with files; their ids."""
    fields = DraftFields(to=TO[0], of=of, left_out=left_out)
    drafts.save(shop.store, shop.agent, id, DraftMode.FORWARD, "Look", fields=fields)
    return [each.id for each in forwarding.attach(shop.store, shop.agent, id, own)] if own else []


def names(shop: Shop, id: str, mode: DraftMode = DraftMode.FORWARD) -> list[str]:
    return [each.name for each in held_files.held(shop.store, shop.agent, id, mode)]


def taken(shop: Shop, message_id: str) -> tuple[SentFile, ...]:
    with shop.store.read() as tx:
        return files.of_message(tx, message_id)


def test_they_leave_behind_those_of_the_message_and_come_back_with_it(shop: Shop, ours: tuple[str, str]) -> None:
    id, of = ours
    shown = begin(shop, id, of, LABEL)
    assert names(shop, id, DraftMode.REPLY) == [], "a reply's draft has its own"
    queued = forwarding.forward(shop.store, shop.agent, of, TO, "Look", held=shown, delay_ms=60_000)
    assert taken(shop, queued.message_id) == (INVOICE, LABEL)
    assert names(shop, id) == [] and drafts.mine(shop.store, shop.agent) == ()
    undo.undo(shop.store, shop.agent)
    draft = drafts.load(shop.store, shop.agent, id, DraftMode.FORWARD)
    assert draft is not None and (draft.body, draft.fields.left_out) == ("Look", ())
    assert names(shop, id) == ["label.pdf"]
    undo.redo(shop.store, shop.agent)
    assert names(shop, id) == [] and drafts.mine(shop.store, shop.agent) == ()
    assert [each for each in store_checks.look(shop.store) if each.count] == []


def test_one_of_the_same_name_and_size_is_not_taken_for_the_messages(shop: Shop, ours: tuple[str, str]) -> None:
    id, of = ours
    (theirs,) = forwarding.passable(shop.store, of).attachments
    shown = begin(shop, id, of, TWIN, left_out=(theirs.id,))
    queued = forwarding.forward(
        shop.store, shop.agent, of, TO, "Look", left_out=[theirs.id], held=shown, delay_ms=60_000
    )
    assert taken(shop, queued.message_id) == (TWIN,)
    undo.undo(shop.store, shop.agent)
    draft = drafts.load(shop.store, shop.agent, id, DraftMode.FORWARD)
    assert draft is not None and draft.fields.left_out == (theirs.id,)
    assert names(shop, id) == ["invoice.pdf"]


def test_what_another_window_added_is_shown_before_it_is_sent(shop: Shop, ours: tuple[str, str]) -> None:
    id, of = ours
    begin(shop, id, of, LABEL)
    with pytest.raises(Conflict, match="changed in another window"):
        forwarding.forward(shop.store, shop.agent, of, TO, "Look", held=[])
    assert names(shop, id) == ["label.pdf"]


def test_a_forward_or_reply_of_another_text_leaves_what_is_being_written(shop: Shop, ours: tuple[str, str]) -> None:
    id, of = ours
    begin(shop, id, of, LABEL)
    drafts.save(shop.store, shop.agent, id, DraftMode.REPLY, "half a reply")
    drafts.save(shop.store, shop.agent, id, DraftMode.NOTE, "half a note")
    forwarding.forward(shop.store, shop.agent, of, ["ana@carrier.example"], "By a script")
    replies.reply(shop.store, shop.agent, id, "By a script")
    replies.note(shop.store, shop.agent, id, "By a script")
    assert {each.body for each in drafts.mine(shop.store, shop.agent)} == {"Look", "half a reply", "half a note"}
    assert names(shop, id) == ["label.pdf"]


def test_taken_off_the_draft_stays_for_the_message_it_passes_on(shop: Shop, ours: tuple[str, str]) -> None:
    id, of = ours
    (label,) = begin(shop, id, of, LABEL)
    drafts.save(shop.store, shop.agent, id, DraftMode.FORWARD, "", fields=DraftFields(to=TO[0], of=of))
    assert held_files.detach(shop.store, shop.agent, id, label, DraftMode.FORWARD) == ()
    draft = drafts.load(shop.store, shop.agent, id, DraftMode.FORWARD)
    assert draft is not None and draft.fields.of == of
    begin(shop, id, of, LABEL)
    drafts.discard(shop.store, shop.agent, id, DraftMode.FORWARD)
    assert names(shop, id) == [] and drafts.mine(shop.store, shop.agent) == ()


def test_they_go_where_the_conversation_goes(shop: Shop, ours: tuple[str, str]) -> None:
    id, of = ours
    shop.receive("ben@carver.example", "Mine", subject="Tent")
    into = next(row.id for row in shop.rows() if row.id != id)
    begin(shop, id, of, LABEL)
    merging.merge(shop.store, shop.agent, [id, into])
    (draft,) = drafts.mine(shop.store, shop.agent)
    assert names(shop, draft.conversation_id) == ["label.pdf"]
    queued = forwarding.forward(
        shop.store,
        shop.agent,
        of,
        TO,
        held=[each.id for each in held_files.held(shop.store, shop.agent, id, DraftMode.FORWARD)],
    )
    assert taken(shop, queued.message_id) == (INVOICE, LABEL)
    (sent,) = [each for each in thread.open_thread(shop.store, shop.agent, id).messages if each.forwards]
    assert sent.direction is Direction.OUTBOUND


def test_what_cannot_be_taken_along_is_said(shop: Shop, ours: tuple[str, str]) -> None:
    id, of = ours
    with pytest.raises(UsageError, match="at most 25 MB"):
        begin(shop, id, of, SentFile("big", "x/y", bytes(26_000_000)))
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True))
    with pytest.raises(UsageError, match="No files can be sent by channel shop"):
        begin(shop, id, of, LABEL)
