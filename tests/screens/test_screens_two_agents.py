"""Two agents at one conversation, on the screen: the second is told who was first, and decides."""

from __future__ import annotations

from support.inbox import Inbox, elsewhere, inbox
from support.shop import MINUTE, Shop

from omni_tui.desk import agents, drafts, replies, triage, undo
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import DraftMode


async def newest(running: Inbox) -> ConversationRow:
    row: ConversationRow = await running.stored(lambda _store: running.shop.rows()[0])
    return row


async def test_an_act_on_an_outdated_picture_is_told_and_done_only_on_demand(shop: Shop) -> None:
    bo = elsewhere(lambda: agents.who(shop.store, "bo"))
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        row = await newest(running)
        rows = running.screen.parts.rows
        with rows.hold():
            # What bo does reaches the store, and not yet this screen.
            await running.done_by_others(lambda: triage.take(shop.store, bo, [row.id]))
            await running.press("t")
            await running.shows(f"bo took #{row.ref}")
        await rows.refresh()
        assert (await newest(running)).assignee == "bo"
        await running.until(lambda: "do it anyway" in running.lines()[-1])
        await running.press("Y")
        await running.shows(f"#{row.ref} was bo's.")
        assert (await newest(running)).assignee == "ana"
        await running.press("Y")
        await running.shows("Nobody was in the way")


async def test_resolving_next_to_a_new_message_is_told_and_the_row_comes_back(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as running:
        await running.shows("Lena Hoffmann")
        row = await newest(running)
        rows = running.screen.parts.rows
        with rows.hold():
            await running.done_by_others(
                lambda: shop.receive("lena@posteo.example", "Wait!", reply_keys=("m2@example",), receipt_at=shop.now())
            )
            told = await newest(running)
            assert told.id == row.id
            await running.press("e")
            await running.shows("Lena Hoffmann wrote in")
        await rows.refresh()
        await running.shows("Wait!")
        assert (await newest(running)).status == "open"


async def test_of_many_the_one_that_changed_stays_selected(shop: Shop) -> None:
    bo = elsewhere(lambda: agents.who(shop.store, "bo"))
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        row = await newest(running)
        await running.press("x", "x", "x")
        await running.shows("3 selected")
        rows = running.screen.parts.rows
        with rows.hold():
            await running.done_by_others(lambda: triage.take(shop.store, bo, [row.id]))
            await running.press("t")
            await running.shows(f"Took 2 conversations. bo took #{row.ref}")
        await rows.refresh()
        assert running.screen.parts.list.marked == {row.id}
        await running.press("z")
        await running.shows("Undone: take of 2 conversations")
        assert (await newest(running)).assignee == "bo"


async def test_a_colleagues_answer_meanwhile_is_shown_before_ones_own_leaves(shop: Shop) -> None:
    bo = elsewhere(lambda: agents.who(shop.store, "bo"))
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        row = await newest(running)
        await running.press("r")
        await running.shows("REPLY")
        await running.type("On its way")
        await running.done_by_others(
            lambda: replies.reply(shop.store, bo, row.id, "It was lost, sorry", delay_ms=MINUTE)
        )
        await running.press("ctrl+j")
        await running.shows("bo wrote while you were writing")
        await running.until(lambda: "On its way" in running.text() and "It was lost, sorry" in running.text())
        await running.press("ctrl+j")
        await running.shows("Reply leaves")


async def test_an_answer_between_beginning_a_draft_and_going_on_with_it_is_shown_before_it_leaves(shop: Shop) -> None:
    bo = elsewhere(lambda: agents.who(shop.store, "bo"))
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        row = await newest(running)
        await running.press("r")
        await running.shows("REPLY")
        await running.type("On its way")
        await running.press("escape")
        await running.shows("Draft kept")
    elsewhere(lambda: replies.reply(shop.store, bo, row.id, "It was lost, sorry", delay_ms=MINUTE))
    async with inbox(shop) as running:
        await running.shows("It was lost, sorry")
        await running.press("r")
        await running.until(lambda: running.screen.parts.composer.area.text == "On its way")
        await running.press("ctrl+j")
        await running.shows("bo wrote while you were writing")
        # What was shown once is known, also where the draft is put away and taken up again.
        await running.press("escape")
        await running.shows("Draft kept")
        await running.press("r")
        await running.until(lambda: running.screen.parts.composer.area.text == "On its way")
        await running.press("ctrl+j")
        await running.shows("Reply leaves")


async def test_an_answer_of_ones_own_from_another_window_is_not_sent_once_more(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        row = await newest(running)
        await running.press("r")
        await running.shows("REPLY")
        await running.type("On its way")
        await running.done_by_others(
            lambda: replies.reply(shop.store, shop.agent, row.id, "On its way", delay_ms=MINUTE, held=())
        )
        await running.press("ctrl+j")
        await running.shows("You answered in another window")
        await running.press("ctrl+j")
        await running.shows("Reply leaves")


async def test_what_was_shown_and_called_back_since_holds_nothing(shop: Shop) -> None:
    bo = elsewhere(lambda: agents.who(shop.store, "bo"))
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        row = await newest(running)
        await running.done_by_others(lambda: replies.reply(shop.store, bo, row.id, "It was lost", delay_ms=MINUTE))
        await running.shows("It was lost")
        await running.press("r")
        await running.shows("REPLY")
        await running.type("On its way")
        await running.done_by_others(lambda: undo.undo(shop.store, bo))
        await running.lacks("It was lost")
        await running.press("ctrl+j")
        await running.shows("Reply leaves")


async def test_a_note_that_becomes_a_reply_is_held_as_one(shop: Shop) -> None:
    bo = elsewhere(lambda: agents.who(shop.store, "bo"))
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        row = await newest(running)
        await running.press("m")
        await running.shows("NOTE")
        await running.type("On its way")
        await running.press("ctrl+t")
        await running.shows("REPLY")
        await running.press("escape")
        await running.shows("Draft kept")
        await running.done_by_others(
            lambda: replies.reply(shop.store, bo, row.id, "It was lost, sorry", delay_ms=MINUTE)
        )
        await running.shows("It was lost, sorry")
        await running.press("r")
        await running.shows("REPLY")
        await running.press("ctrl+j")
        await running.shows("bo wrote while you were writing")


async def test_a_draft_that_went_on_in_ones_other_window_is_joined_and_told(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        row = await newest(running)
        await running.press("r")
        await running.shows("REPLY")
        await running.type("Dear Lena")

        def held(_store: object) -> str:
            draft = drafts.load(shop.store, shop.agent, row.id, DraftMode.REPLY)
            return draft.body if draft else ""

        await running.until(lambda: not running.screen.keeper.unsaved_text(row.id, DraftMode.REPLY))
        assert await running.stored(held) == "Dear Lena"
        await running.done_by_others(
            lambda: drafts.save(shop.store, shop.agent, row.id, DraftMode.REPLY, "Hello from the laptop")
        )
        await running.type("!")
        await running.shows("You wrote on in another window")
        assert running.screen.parts.composer.area.text == "Hello from the laptop\n\nDear Lena!"
        await running.press("escape")
        await running.until(lambda: not running.screen.parts.composer.is_open)
        assert await running.stored(held) == "Hello from the laptop\n\nDear Lena!"
