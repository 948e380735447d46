"""Merging, splitting and moving: nothing is lost, nothing doubled, and undo gives back exactly what was."""

from __future__ import annotations

import pytest
from support.shop import Shop

from omni_tui.desk import (
    agents,
    blocking,
    drafts,
    inbox,
    journal,
    linking,
    merging,
    outbox,
    replies,
    store_checks,
    thread,
    triage,
    undo,
)
from omni_tui.model.commands import Receipt
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import Direction, DraftMode, Status
from omni_tui.model.errors import Conflict, NotFound, UsageError


def two(shop: Shop) -> tuple[ConversationRow, ConversationRow]:
    """Two conversations of one customer; the older first."""
    shop.receive("lena@post.example", "Where is my parcel?", subject="Parcel")
    shop.receive("lena@post.example", "It is number 4417.", subject="Number")
    first, second = sorted(shop.rows(), key=lambda row: row.ref)
    return first, second


def texts(shop: Shop, id: str) -> list[str]:
    return [
        m.text for m in thread.open_thread(shop.store, shop.agent, id).messages if m.direction is not Direction.EVENT
    ]


def state(shop: Shop) -> dict[int, object]:
    """Everything an agent sees of all conversations, and who may join each."""
    rows = shop.rows()
    with shop.store.read() as tx:
        people = {row.id: sorted(r["address"] for r in tx.all("participants", id=row.id)) for row in rows}
    return {
        row.ref: (
            row,
            texts(shop, row.id),
            people[row.id],
            drafts.load(shop.store, shop.agent, row.id, DraftMode.REPLY) is not None,
            thread.open_thread(shop.store, shop.agent, row.id).related,
        )
        for row in rows
    }


def whole(shop: Shop) -> None:
    """The store's own checks find nothing."""
    assert [looked for looked in store_checks.look(shop.store) if looked.count] == []


def test_merging_makes_one_and_undo_makes_two_again(shop: Shop) -> None:
    first, second = two(shop)
    wei = agents.who(shop.store, "wei", "Wei")
    triage.tag(shop.store, wei, [second.id], ["refund"])
    replies.note(shop.store, wei, second.id, "checked")
    before = state(shop)
    outcome = merging.merge(shop.store, shop.agent, [second.id, first.id])
    assert outcome.changed == (second.id, first.id)
    assert outcome.notices == ()
    one = shop.one()
    assert one.ref == first.ref
    assert one.tags == ("refund",)
    assert texts(shop, one.id) == ["Where is my parcel?", "It is number 4417.", "checked"]
    whole(shop)
    after = state(shop)
    undone = undo.undo(shop.store, shop.agent)
    assert undone.refused == ()
    assert state(shop) == before
    whole(shop)
    undo.redo(shop.store, shop.agent)
    assert state(shop) == after
    undo.undo(shop.store, shop.agent)
    assert state(shop) == before


def test_the_thread_says_in_one_line_what_was_merged(shop: Shop) -> None:
    first, second = two(shop)
    triage.take(shop.store, shop.agent, [second.id])
    merging.merge(shop.store, shop.agent, [first.id, second.id])
    lines = [
        (m.verb, m.detail)
        for m in thread.open_thread(shop.store, shop.agent, first.id).messages
        if m.direction is Direction.EVENT
    ]
    assert lines == [("take", ""), ("merge", f"#{second.ref}")]


def test_the_number_and_the_id_of_what_was_merged_lead_to_where_it_is(shop: Shop) -> None:
    first, second = two(shop)
    merging.merge(shop.store, shop.agent, [first.id, second.id])
    assert inbox.find(shop.store, shop.agent, str(second.ref)).id == first.id
    assert thread.open_thread(shop.store, shop.agent, second.id).head.id == first.id
    for query in ("is:any", "is:trash", "is:trash OR is:open", "", "parcel", "4417", "is:spam OR 4417"):
        assert [row.ref for row in shop.rows(query)] in ([first.ref], []), query


def test_answers_to_either_land_in_what_they_became(shop: Shop) -> None:
    shop.receive("lena@post.example", "one", subject="One")
    asked = shop.receive("lena@post.example", "two", subject="Two")
    first, second = sorted(shop.rows(), key=lambda row: row.ref)
    queued = replies.reply(shop.store, shop.agent, second.id, "We look.")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, {"shop"})
    assert claimed is not None
    merging.merge(shop.store, shop.agent, [first.id, second.id])
    outbox.sent(shop.store, shop.epoch, queued.outbox_id, Receipt())
    shop.receive("lena@post.example", "by token", reply_keys=(claimed.command.key,))
    shop.receive("lena@post.example", "by id", reply_keys=(asked.key,))
    shop.receive("lena@post.example", "by number", subject=f"Re: [#{second.ref}]", vouched=True)
    assert texts(shop, shop.one().id) == ["one", "two", "We look.", "by token", "by id", "by number"]
    undo.undo(shop.store, shop.agent)
    # What came meanwhile stays where it came to.
    assert texts(shop, second.id) == ["two", "We look."]
    assert texts(shop, first.id) == ["one", "by token", "by id", "by number"]
    whole(shop)


def test_who_took_part_in_one_may_not_join_the_other_after_undo(shop: Shop) -> None:
    began = shop.receive("lena@post.example", "private", subject="Private")
    shop.receive("mallory@evil.example", "hi", subject="Hi")
    first, second = sorted(shop.rows(), key=lambda row: row.ref)
    outcome = merging.merge(shop.store, shop.agent, [first.id, second.id])
    assert "look whom a reply goes to" in outcome.notices[0]
    undo.undo(shop.store, shop.agent)
    shop.receive("mallory@evil.example", "let me in", reply_keys=(began.key,), subject="Re: Private")
    assert texts(shop, first.id) == ["private"]


def test_drafts_are_joined_and_parted_again(shop: Shop) -> None:
    first, second = two(shop)
    drafts.save(shop.store, shop.agent, first.id, DraftMode.REPLY, "Dear Lena,")
    drafts.save(shop.store, shop.agent, second.id, DraftMode.REPLY, "it is on its way.")
    drafts.save(shop.store, shop.agent, second.id, DraftMode.NOTE, "ask the carrier")

    def all_drafts() -> list[tuple[str, str, str]]:
        return sorted((d.conversation_id, d.mode, d.body) for d in drafts.mine(shop.store, shop.agent))

    before = all_drafts()
    merging.merge(shop.store, shop.agent, [first.id, second.id])
    assert all_drafts() == [
        (first.id, "note", "ask the carrier"),
        (first.id, "reply", "Dear Lena,\n\nit is on its way."),
    ]
    undo.undo(shop.store, shop.agent)
    assert all_drafts() == before


def test_a_draft_that_was_sent_meanwhile_does_not_come_back(shop: Shop) -> None:
    first, second = two(shop)
    drafts.save(shop.store, shop.agent, second.id, DraftMode.REPLY, "it is on its way.")
    merging.merge(shop.store, agents.who(shop.store, "wei"), [first.id, second.id])
    # The window that had the other conversation open goes on there.
    drafts.save(shop.store, shop.agent, second.id, DraftMode.REPLY, "it is on its way!", known={"it is on its way."})
    replies.reply(shop.store, shop.agent, second.id, "it is on its way!", held=[])
    undo.undo(shop.store, agents.who(shop.store, "wei"))
    assert drafts.mine(shop.store, shop.agent) == ()
    assert texts(shop, first.id) == ["Where is my parcel?", "it is on its way!"]


def test_what_wants_an_answer_stays_wanting_one(shop: Shop) -> None:
    first, second = two(shop)
    triage.resolve(shop.store, shop.agent, [first.id])
    triage.priority(shop.store, shop.agent, [second.id], "urgent")
    triage.take(shop.store, shop.agent, [second.id])
    merging.merge(shop.store, shop.agent, [first.id, second.id])
    one = shop.one()
    assert (one.status, one.unread, one.priority, one.assignee) == (Status.OPEN, True, "urgent", "ana")
    undo.undo(shop.store, shop.agent)
    assert {row.ref: row.status for row in shop.rows()} == {first.ref: Status.RESOLVED, second.ref: Status.OPEN}


def test_a_newsletter_with_a_customers_question_is_no_longer_one(shop: Shop) -> None:
    shop.receive("news@post.example", "Offers", automatic=True)
    shop.receive("lena@post.example", "What is this?")
    news, question = sorted(shop.rows(), key=lambda row: row.ref)
    assert news.bulk
    merging.merge(shop.store, shop.agent, [question.id], news.id)
    assert shop.one("is:open").id == news.id
    undo.undo(shop.store, shop.agent)
    assert shop.one("is:bulk").id == news.id


def test_splitting_and_its_undo(shop: Shop) -> None:
    asked = shop.receive("lena@post.example", "Where is my parcel?", subject="Parcel")
    shop.receive("lena@post.example", "By the way, do you sell lamps?", reply_keys=(asked.key,), subject="Re: Parcel")
    shop.receive("lena@post.example", "A green one.", reply_keys=(asked.key,), subject="Re: Parcel")
    old = shop.one()
    drafts.save(shop.store, shop.agent, old.id, DraftMode.REPLY, "Yes")
    before = state(shop)
    at = thread.open_thread(shop.store, shop.agent, old.id).messages[1].id
    outcome = merging.split(shop.store, shop.agent, at)
    new = inbox.rows(shop.store, shop.agent, [outcome.changed[0]])[0]
    assert texts(shop, old.id) == ["Where is my parcel?"]
    assert texts(shop, new.id) == ["By the way, do you sell lamps?", "A green one."]
    assert (new.status, new.subject, new.customer) == (Status.OPEN, "Parcel", old.customer)
    assert thread.open_thread(shop.store, shop.agent, new.id).related == (old.ref,)
    whole(shop)
    # What reaches it goes back with it, and comes again with it.
    key = shop.mail("lena@post.example").key
    with shop.store.read() as tx:
        key = tx.query("SELECT reply_key FROM message_keys WHERE message_id = :id AND own = 1", {"id": at})[0][0]
    shop.receive("lena@post.example", "Or a red one.", reply_keys=(key,))
    assert texts(shop, new.id)[-1] == "Or a red one."
    triage.snooze(shop.store, agents.who(shop.store, "wei"), [new.id], shop.now() + 3_600_000)
    undo.undo(shop.store, shop.agent)
    back = state(shop)
    assert list(back) == list(before)
    assert texts(shop, old.id) == [
        "Where is my parcel?", "By the way, do you sell lamps?", "A green one.", "Or a red one."
    ]  # fmt: skip
    whole(shop)
    undo.redo(shop.store, shop.agent)
    assert texts(shop, new.id)[-1] == "Or a red one."
    assert inbox.rows(shop.store, shop.agent, [new.id])[0].status is Status.SNOOZED
    whole(shop)


def test_a_split_needs_two_halves(shop: Shop) -> None:
    shop.receive("lena@post.example", "Where is my parcel?")
    row = shop.one()
    replies.note(shop.store, shop.agent, row.id, "checked")
    first, note = (
        m for m in thread.open_thread(shop.store, shop.agent, row.id).messages if m.direction is not Direction.EVENT
    )
    with pytest.raises(UsageError, match="begins with that message"):
        merging.split(shop.store, shop.agent, first.id)
    with pytest.raises(UsageError, match="note alone"):
        merging.split(shop.store, shop.agent, note.id)
    with pytest.raises(NotFound):
        merging.split(shop.store, shop.agent, "nothing")


def test_moving_a_message_and_the_last_one(shop: Shop) -> None:
    first, second = two(shop)
    shop.receive("lena@post.example", "and more", reply_keys=("x",), subject=f"[#{second.ref}]", vouched=True)
    before = state(shop)
    more = thread.open_thread(shop.store, shop.agent, second.id).messages[-1]
    merging.move(shop.store, shop.agent, more.id, first.id)
    assert texts(shop, first.id) == ["Where is my parcel?", "and more"]
    assert texts(shop, second.id) == ["It is number 4417."]
    with pytest.raises(UsageError, match="already"):
        merging.move(shop.store, shop.agent, more.id, first.id)
    last = thread.open_thread(shop.store, shop.agent, second.id).messages[0]
    merging.move(shop.store, shop.agent, last.id, first.id)
    assert shop.one().ref == first.ref
    whole(shop)
    undo.undo(shop.store, shop.agent)
    undo.undo(shop.store, shop.agent)
    assert state(shop) == before
    whole(shop)


def test_two_agents_merging_one_another(shop: Shop) -> None:
    first, second = two(shop)
    shop.receive("lena@post.example", "third", subject="Third")
    third = next(row for row in shop.rows() if row.subject == "Third")
    wei = agents.who(shop.store, "wei", "Wei")
    merging.merge(shop.store, shop.agent, [second.id], first.id)
    outcome = merging.merge(shop.store, wei, [second.id], third.id)
    assert outcome.changed == ()
    assert outcome.refused == (f"ana merged #{second.ref} into #{first.ref}.",)
    # Acts on what is no longer there stand back too.
    assert triage.resolve(shop.store, wei, [second.id]).refused == outcome.refused
    # A colleague merges on; the first undo still brings back what was its own.
    merging.merge(shop.store, wei, [first.id], third.id)
    assert [row.ref for row in shop.rows()] == [third.ref]
    undo.undo(shop.store, shop.agent)
    assert texts(shop, second.id) == ["It is number 4417."]
    undo.undo(shop.store, wei)
    assert {row.ref: texts(shop, row.id) for row in shop.rows()} == {
        first.ref: ["Where is my parcel?"],
        second.ref: ["It is number 4417."],
        third.ref: ["third"],
    }
    whole(shop)


def test_merging_each_into_the_other_makes_one(shop: Shop) -> None:
    first, second = two(shop)
    merging.merge(shop.store, shop.agent, [first.id], second.id)
    outcome = merging.merge(shop.store, agents.who(shop.store, "wei"), [second.id], first.id)
    assert (outcome.changed, outcome.act_id) == ((), "")
    assert outcome.refused == (f"ana merged #{first.ref} into #{second.ref}.",)
    assert shop.one().ref == second.ref


def test_what_holds_the_other_now_does_not_become_part_of_it(shop: Shop) -> None:
    """Undo of a split, when the old conversation was merged into the new one: no ring."""
    asked = shop.receive("lena@post.example", "one")
    shop.receive("lena@post.example", "two", reply_keys=(asked.key,))
    old = shop.one()
    at = thread.open_thread(shop.store, shop.agent, old.id).messages[1].id
    new = merging.split(shop.store, shop.agent, at).changed[0]
    merging.merge(shop.store, agents.who(shop.store, "wei"), [old.id], new)
    outcome = undo.undo(shop.store, shop.agent)
    assert "holds the other" in outcome.refused[0]
    assert texts(shop, new) == ["one", "two"]


def test_links_go_both_ways_and_follow_a_merge(shop: Shop) -> None:
    first, second = two(shop)
    shop.receive("eve@post.example", "same parcel", subject="Third")
    third = next(row for row in shop.rows() if row.subject == "Third")
    linking.link(shop.store, shop.agent, [third.id], second.id)

    def related(id: str) -> tuple[int, ...]:
        return thread.open_thread(shop.store, shop.agent, id).related

    assert (related(third.id), related(second.id)) == ((second.ref,), (third.ref,))
    assert linking.link(shop.store, shop.agent, [second.id], third.id).untouched == (second.id,)
    merging.merge(shop.store, shop.agent, [second.id], first.id)
    assert (related(third.id), related(first.id)) == ((first.ref,), (third.ref,))
    undo.undo(shop.store, shop.agent)
    undo.undo(shop.store, shop.agent)
    assert (related(third.id), related(second.id)) == ((), ())
    undo.redo(shop.store, shop.agent)
    linking.unlink(shop.store, shop.agent, [second.id], third.id)
    assert related(third.id) == ()
    undo.undo(shop.store, shop.agent)
    assert related(third.id) == (second.ref,)
    with pytest.raises(UsageError):
        linking.link(shop.store, shop.agent, [third.id], third.id)


def test_one_conversation_alone_cannot_be_merged(shop: Shop) -> None:
    shop.receive("lena@post.example")
    with pytest.raises(UsageError, match="two conversations"):
        merging.merge(shop.store, shop.agent, [shop.one().id])
    with pytest.raises(Conflict, match="Nothing to undo"):
        undo.undo(shop.store, shop.agent)


def test_the_activity_tells_of_both_parts_in_words(shop: Shop) -> None:
    first, second = two(shop)
    triage.priority(shop.store, shop.agent, [second.id], "urgent")
    blocking.block(shop.store, shop.agent, [second.id])
    linking.link(shop.store, shop.agent, [second.id], first.id)
    merging.merge(shop.store, shop.agent, [first.id, second.id])
    told = {(each.verb, each.field, each.after) for each in journal.entries(shop.store, first.id)}
    assert {
        ("priority", "priority", "urgent"),
        ("block", "blocked", "lena@post.example"),
        ("link", "link", f"#{first.ref}"),
        ("link", "linked", f"#{second.ref}"),
        ("merge", "merged", f"#{second.ref}"),
    } <= told
    assert not [field for _verb, field, _after in told if field == "merged_into"]
