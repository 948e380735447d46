"""Priority, spam, merging, splitting, linking and macros from the keyboard."""

from __future__ import annotations

from dataclasses import replace

from support.inbox import Inbox, elsewhere, inbox, settings_for
from support.shop import Shop

from omni_tui.desk import agents
from omni_tui.model.address import Address
from omni_tui.model.conversation import ConversationRow


async def rows(running: Inbox, query: str = "is:any") -> tuple[ConversationRow, ...]:
    found: tuple[ConversationRow, ...] = await running.stored(lambda _store: running.shop.rows(query))
    return found


async def test_priority_is_asked_for_shown_and_taken_back(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press("p")
        await running.shows("before everything else")
        await running.type("urg")
        await running.press("enter")
        await running.shows("priority urgent")
        assert [row.priority for row in await rows(running, "priority:urgent")] == ["urgent"]
        await running.until(lambda: next(line for line in running.lines() if "Lena Hoffmann" in line)[4] == "!")
        await running.press("z")
        await running.shows("Undone: priority")
        assert await rows(running, "priority:urgent") == ()


async def test_spam_leaves_the_view_and_the_same_key_brings_it_back(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        spam = (await rows(running))[0]
        await running.press("!")
        await running.shows("Spam: 1 conversation")
        assert [row.id for row in await rows(running, "is:spam")] == [spam.id]
        running.screen.viewing.go_to("spam")
        await running.until(lambda: running.screen.parts.list.pages.count == 1)
        await running.press("!")
        await running.shows("No spam: 1 conversation")
        assert await rows(running, "is:spam") == ()


async def test_the_beginning_of_an_agents_name_is_enough(shop: Shop) -> None:
    elsewhere(lambda: (agents.who(shop.store, "mira", "Mira Quandt"), agents.who(shop.store, "milo", "Milo")))
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        for typed, told in (("mir", "Assigned 1 conversation to mira"), ("quandt", "it already is so")):
            await running.press("a")
            await running.shows("Assign to")
            await running.type(typed)
            await running.press("enter")
            await running.shows(told)
        assert (await rows(running, "assignee:mira"))[0].customer == "Lena Hoffmann"


async def test_what_could_not_be_done_is_nowhere_painted(shop: Shop) -> None:
    elsewhere(lambda: (agents.who(shop.store, "mira", "Mira"), agents.who(shop.store, "milo", "Milo")))
    async with inbox(shop) as running:
        await running.shows("nobody's")
        await running.press("a")
        await running.shows("Assign to")
        await running.type("mi")
        await running.press("enter")
        await running.shows("There is no agent mi.")
        await running.shows("Lena Hoffmann   open   nobody's")


def cases(shop: Shop) -> None:
    """Four more conversations, the newest first: cases 3 to 0."""
    for number in range(4):
        shop.receive(Address(f"c{number}@firm.example"), "Hi", subject=f"Case {number}", receipt_at=shop.now() + number)


async def test_the_cursor_stays_on_its_row_when_others_leave_the_view(shop: Shop) -> None:
    elsewhere(lambda: cases(shop))
    async with inbox(shop) as running:
        await running.until(lambda: running.screen.parts.list.pages.count == 7)
        await running.press("x", "x", "j")
        await running.until(lambda: len(running.screen.parts.list.marked) == 2)
        current = running.screen.parts.list.current
        assert current is not None and current.subject == "Case 0"
        await running.press("e", "t")
        await running.shows("Took 1 conversation")
        assert [row.subject for row in await rows(running, "assignee:me")] == ["Case 0"]


async def test_the_next_row_that_stays_has_the_cursor_when_its_own_leaves(shop: Shop) -> None:
    elsewhere(lambda: cases(shop))
    async with inbox(shop) as running:
        await running.until(lambda: running.screen.parts.list.pages.count == 7)
        await running.press("x", "j", "x", "k")
        await running.until(lambda: len(running.screen.parts.list.marked) == 2)
        current = running.screen.parts.list.current
        assert current is not None and current.subject == "Case 1"
        await running.press("e", "t")
        await running.shows("Took 1 conversation")
        assert [row.subject for row in await rows(running, "assignee:me")] == ["Case 0"]


async def test_the_key_that_takes_it_back_stays_beside_a_long_sentence(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as running:
        await running.shows("Lena Hoffmann")
        await running.press("x", "x", "M")
        await running.shows("Merge 2 into")
        await running.press("enter")
        await running.shows("Merged 2 conversations")
        assert running.lines()[-1].rstrip().endswith("z undo")


async def test_a_count_does_it_to_so_many_rows(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press("2", "#")
        await running.shows("In the trash: 2 conversations")
        assert len(await rows(running, "is:trash")) == 2
        await running.press("z")
        await running.shows("Undone: trash of 2")


async def test_selected_ones_are_merged_into_the_oldest_and_parted_by_z(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        before = await rows(running)
        await running.press("x", "x", "M")
        await running.shows("Merge 2 into")
        await running.press("enter")
        oldest = min(before[:2], key=lambda row: row.ref)
        await running.shows(f"into #{oldest.ref}")
        after = await rows(running)
        assert len(after) == len(before) - 1
        await running.press("z")
        await running.shows("Undone: merge")
        assert await rows(running) == before


async def test_an_open_thread_follows_when_it_is_merged(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        first, second = (await rows(running))[:2]
        await running.press("enter")
        await running.until(lambda: running.screen.parts.thread.conversation_id == first.id)
        await running.press("M")
        await running.shows("Merge into")
        await running.type(str(second.ref))
        await running.press("enter")
        await running.until(lambda: running.screen.parts.thread.conversation_id == second.id)
        await running.shows(f"you merged #{first.ref} into this")


async def test_what_cannot_be_merged_is_said_in_the_prompt(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press("M")
        await running.type("99999")
        await running.press("enter")
        await running.shows("There is no conversation 99999")
        await running.press("escape")
        await running.lacks("Merge into")


async def test_linking_shows_on_both_sides(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        _first, second = (await rows(running))[:2]
        await running.press("&")
        await running.shows("Link with")
        await running.type(str(second.ref))
        await running.press("enter")
        await running.shows(f"with #{second.ref}")


async def test_a_macro_is_recorded_kept_and_replayed_with_one_undo(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press("(")
        await running.shows("Recording")
        await running.press("t", "L")
        await running.type("refund")
        await running.press("enter")
        await running.shows("Tagged 1 conversation")
        await running.press("p")
        await running.type("high")
        await running.press("enter")
        await running.shows("priority high")
        await running.press(")")
        await running.shows("take; tag refund; priority high")
        await running.type("r")
        await running.press("enter")
        await running.shows("Kept 3 actions")
        await running.until(lambda: "macro:r" in running.screen.key_map.keys)
        await running.press("j", "2", "@", "r")
        await running.shows("macro r: 2 conversations")
        assert len(await rows(running, "tag:refund priority:high assignee:me")) == 3
        await running.press("z")
        await running.shows("Undone: macro r of 2")
        assert len(await rows(running, "tag:refund")) == 1
        await running.press("@", "@")
        await running.shows("macro r: 1 conversation")


async def test_the_command_line_completes_what_verbs_take(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press(":")
        await running.type("priority u")
        await running.shows("priority urgent   before everything else")
        await running.press("tab", "enter")
        await running.shows("priority urgent")
        second = (await rows(running))[1]
        await running.press(":")
        await running.type(f"merge {second.ref}")
        await running.press("enter")
        await running.shows(f"into #{second.ref}")


async def test_the_order_of_the_list_is_a_key(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        last = (await rows(running, "is:open"))[-1]
        await running.press("G", "p")
        await running.type("high")
        await running.press("enter")
        await running.shows("priority high")
        await running.press("O")
        await running.shows("Who waits longest first")
        await running.press("O")
        await running.shows("The most urgent first")
        current = running.screen.parts.list.pages.get(0)
        assert current is not None and current.id == last.id
        await running.press("O")
        await running.shows("By last activity")


async def test_macros_of_the_configuration_have_keys_and_a_conflict_is_told(shop: Shop) -> None:
    settings = settings_for(shop, keys={"macro_refund": "e"})
    settings = replace(settings, macros={"c": ("tag closed", "resolve"), "refund": ("tag refund",)})
    async with inbox(shop, settings=settings) as running:
        await running.shows("e is resolve and cannot be macro:refund as well")
        await running.press("@", "c")
        await running.shows("macro c: 1 conversation")
        assert len(await rows(running, "is:resolved tag:closed")) == 1
        await running.press(":")
        await running.type("macro run refund")
        await running.press("enter")
        await running.shows("macro refund: 1 conversation")


async def test_a_pane_takes_the_whole_screen_until_it_is_left(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        parts = running.screen.parts
        await running.press("+")
        await running.until(lambda: parts.list.size.width > 100)
        await running.press("enter")
        await running.until(lambda: parts.list.size.width < 60 and parts.view.size.width > 60)
        await running.press("+")
        await running.until(lambda: parts.view.size.width > 100)
        await running.press("_")
        await running.until(lambda: parts.list.display and parts.view.size.width < 100)
        await running.press("+", "escape")
        await running.until(lambda: parts.list.has_focus and parts.list.size.width < 60)
