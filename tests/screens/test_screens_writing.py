"""Replies and notes: where the text goes, and that none of it is ever lost."""

from __future__ import annotations

import sqlite3
import stat

from support.inbox import Inbox, elsewhere, inbox, settings_for
from support.shop import Shop
from textual import events

from omni_tui.desk import drafts, outbox, replies
from omni_tui.desk import inbox as desk_inbox
from omni_tui.desk import thread as desk_thread
from omni_tui.desk.unsaved_drafts import Unsaved, put_aside, rescue_file, take_in
from omni_tui.model.address import Address
from omni_tui.model.enums import Direction, DraftMode, OutboxState
from omni_tui.model.errors import StoreFull
from omni_tui.screens.store_link import StoreLink
from omni_tui.store import Store


def _lena(store: Store, shop: Shop) -> str:
    return desk_inbox.find(store, shop.agent, "1003").id


async def _messages(screen: Inbox, shop: Shop) -> tuple[desk_thread.MessageRow, ...]:
    found = await screen.stored(lambda store: desk_thread.open_thread(store, shop.agent, _lena(store, shop)).messages)
    assert isinstance(found, tuple)
    return found


async def _draft(screen: Inbox, shop: Shop, mode: DraftMode) -> str:
    row = await screen.stored(lambda store: drafts.load(store, shop.agent, _lena(store, shop), mode))
    return row.body if row else ""


async def test_a_reply_is_queued_and_can_be_called_back(shop: Shop) -> None:
    async with inbox(shop, undo_send_s=600) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.shows("mail to Lena Hoffmann lena@posteo.example")
        await screen.type("On its way")
        await screen.press("ctrl+j")
        await screen.shows("Reply leaves")
        await screen.shows("z calls it back")
        (mine,) = [m for m in await _messages(screen, shop) if m.direction is Direction.OUTBOUND]
        assert mine.text == "On its way"
        assert mine.outbox is not None and mine.outbox.state is OutboxState.QUEUED
        await screen.press("z")
        await screen.shows("Called back")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        assert screen.screen.parts.composer.area.text == "On its way"
        # The strip that offers a reply stands where nobody is writing.
        await screen.lacks("r reply by mail")


async def test_a_note_is_told_from_a_reply_and_never_sent(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("m")
        await screen.shows("Lena will never see this")
        assert "lena@posteo.example" not in "".join(screen.lines()[26:38])
        await screen.type("check stock")
        await screen.press("ctrl+j")
        await screen.shows("Note saved")
        await screen.shows("NOTE|")
        directions = [m.direction for m in await _messages(screen, shop)]
        assert Direction.NOTE in directions and Direction.OUTBOUND not in directions


async def test_escape_keeps_the_draft_and_the_list_says_so(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("half a thought")
        await screen.press("escape")
        await screen.shows("Draft kept")
        assert await _draft(screen, shop, DraftMode.REPLY) == "half a thought"
        await screen.press("q")
        await screen.until(lambda: any("draft" in line[:46] for line in screen.lines()))
        await screen.until(lambda: any("your draft" in line[46:] for line in screen.lines()))
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        assert screen.screen.parts.composer.area.text == "half a thought"


async def test_a_draft_is_kept_without_any_key_that_says_so(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("typed")
        await screen.shows("draft saved")
        assert await _draft(screen, shop, DraftMode.REPLY) == "typed"


async def test_quitting_keeps_the_draft(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("last words")
        lena = await screen.stored(lambda store: _lena(store, shop))
        await screen.press("ctrl+q")
        await screen.until(lambda: not screen.app._running or screen.app._exit)
    assert not rescue_file(settings_for(shop).file).exists()
    (kept,) = shop_drafts(shop)
    assert (kept.conversation_id, kept.body) == (lena, "last words")


def shop_drafts(shop: Shop) -> tuple[drafts.DraftRow, ...]:
    found = elsewhere(lambda: drafts.mine(shop.store, shop.agent))
    assert isinstance(found, tuple)
    return found


async def test_toggling_takes_the_text_along(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("not for Lena")
        await screen.press("ctrl+t")
        await screen.shows("will never see this")
        assert screen.screen.parts.composer.area.text == "not for Lena"
        await screen.press("escape")
        await screen.shows("Draft kept")
        assert await _draft(screen, shop, DraftMode.REPLY) == ""
        assert await _draft(screen, shop, DraftMode.NOTE) == "not for Lena"


async def test_chinese_is_typed_as_it_is(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("您好，已发货")
        await screen.press("backspace")
        await screen.shows("您好，已发")
        assert screen.screen.parts.composer.area.text == "您好，已发"


async def test_a_pasted_line_feed_does_not_send(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        area = screen.screen.parts.composer.area
        area.post_message(events.Paste("first\r\nsecond\x1b]0;title\x07"))
        await screen.until(lambda: "second" in area.text)
        assert area.text.startswith("first\nsecond")
        assert "\x1b" not in area.text and "\x07" not in area.text
        assert screen.screen.parts.composer.is_open


async def test_a_reply_that_crosses_a_new_message_asks_first(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("wait")
        await screen.done_by_others(
            lambda: shop.receive(
                Address("lena@posteo.example", "Lena Hoffmann"), "It arrived", reply_keys=("m2@example",)
            )
        )
        await screen.press("ctrl+j")
        await screen.shows("wrote while you were writing")
        assert not [m for m in await _messages(screen, shop) if m.direction is Direction.OUTBOUND]
        await screen.press("ctrl+j")
        await screen.shows("Reply leaves")


async def test_a_failed_reply_says_why_and_waits_for_a_decision(shop: Shop) -> None:
    def fail() -> None:
        lena = desk_inbox.find(shop.store, shop.agent, "1003").id
        replies.reply(shop.store, shop.agent, lena, "Hello", delay_ms=0)
        claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
        assert claimed is not None
        outbox.failed(shop.store, shop.epoch, claimed.outbox_id, "550 no such \x1b[31muser")

    elsewhere(fail)
    async with inbox(shop) as screen:
        await screen.shows("not sent")
        await screen.until(lambda: any(line[2:3] == "F" for line in screen.lines()))
        await screen.until(lambda: "1 reply not sent  gf" in screen.line(39))
        await screen.press("g", "f")
        await screen.lacks("Ben Carver")
        await screen.press("enter")
        await screen.shows("550 no such")
        await screen.press("W")
        await screen.shows("keep the text as a draft")
        await screen.press("d")
        await screen.shows("Given up")
        assert await _draft(screen, shop, DraftMode.REPLY) == "Hello"


class _Full(StoreLink):
    """A store on a full disk."""

    async def write(self, fn, *args, **kwargs):  # type: ignore[no-untyped-def]
        if fn is drafts.save:
            raise StoreFull("The disk is full.", "Make room.")
        return await super().write(fn, *args, **kwargs)


class _NoReplies(StoreLink):
    async def write(self, fn, *args, **kwargs):  # type: ignore[no-untyped-def]
        if fn is replies.reply:
            raise StoreFull("The disk is full.", "Make room.")
        return await super().write(fn, *args, **kwargs)


async def test_a_draft_the_store_cannot_take_goes_into_a_private_file(shop: Shop) -> None:
    file = rescue_file(settings_for(shop).file)
    async with inbox(shop, link=_Full(shop.store)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("precious")
        await screen.press("escape")
        await screen.until(file.exists)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    async with inbox(shop) as screen:
        await screen.shows("came back")
        assert await _draft(screen, shop, DraftMode.REPLY) == "precious"
        assert not file.exists()


async def test_a_busy_store_is_named_and_its_draft_file_goes_when_it_is_free(shop: Shop) -> None:
    file = rescue_file(settings_for(shop).file)
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        other = sqlite3.connect(shop.folder / "omni.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("kept")
        await screen.until(file.exists)
        await screen.press("ctrl+t")
        await screen.press("ctrl+t")
        await screen.press("ctrl+j")
        await screen.shows("another program is writing")
        other.execute("ROLLBACK")
        other.close()
        await screen.shows("Reply leaves")
        # Left there, it would come back at the next start as a draft of what was sent.
        await screen.until(lambda: not file.exists())
        assert "another program" not in screen.text()


async def test_what_is_being_sent_is_no_draft_once_more(shop: Shop) -> None:
    file = rescue_file(settings_for(shop).file)
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        other = sqlite3.connect(shop.folder / "omni.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await screen.type("on its way")
        await screen.press("ctrl+j")
        # The second after the last key ends while the store is still at it, or somebody quits.
        assert not await screen.screen.keeper.flush()
        assert file.exists()
        other.execute("ROLLBACK")
        other.close()
        await screen.shows("Reply leaves")
        assert await screen.screen.keeper.flush()
        assert await screen.stored(drafts.mine, shop.agent) == ()
        assert not file.exists()


async def test_what_could_not_be_sent_is_a_draft(shop: Shop) -> None:
    async with inbox(shop, link=_NoReplies(shop.store)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("still here")
        await screen.press("ctrl+j")
        await screen.shows("The disk is full.")
        assert await screen.screen.keeper.flush()
        (held,) = await screen.stored(drafts.mine, shop.agent)
        assert held.body == "still here"


def test_a_rescued_draft_never_replaces_what_the_store_has(shop: Shop) -> None:
    lena = _lena(shop.store, shop)
    drafts.save(shop.store, shop.agent, lena, DraftMode.REPLY, "written elsewhere")
    file = shop.folder / "unsaved.json"
    put_aside(file, "ana", (Unsaved(lena, DraftMode.REPLY, "written here"),))
    assert take_in(shop.store, shop.agent, file) == 1
    held = drafts.load(shop.store, shop.agent, lena, DraftMode.REPLY)
    assert held is not None
    assert "written elsewhere" in held.body and "written here" in held.body
    # A start that was ended before it could remove the file: the next one doubles nothing.
    put_aside(file, "ana", (Unsaved(lena, DraftMode.REPLY, "written here"),))
    take_in(shop.store, shop.agent, file)
    assert drafts.load(shop.store, shop.agent, lena, DraftMode.REPLY) == held


def test_an_unreadable_rescue_file_is_put_out_of_the_way_not_thrown_away(shop: Shop) -> None:
    file = shop.folder / "unsaved.json"
    file.write_text("{not json")
    assert take_in(shop.store, shop.agent, file) == 0
    assert (shop.folder / "unsaved.unreadable").read_text() == "{not json"
