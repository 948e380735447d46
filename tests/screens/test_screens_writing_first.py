"""``f`` passes a message on, ``c`` writes to somebody first, ``R`` answers all; what was begun is there again."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from support.composing import forward, take_files, writes
from support.inbox import Inbox, elsewhere, inbox
from support.shop import SHOP, Shop
from textual import events

from omni_tui.desk import channels, drafts, forwarding, new_drafts, outbox, replies, thread, undo
from omni_tui.desk import inbox as desk_inbox
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Receipt
from omni_tui.model.enums import Direction, DraftMode
from omni_tui.model.events import RemoteAttachment
from omni_tui.model.message import MessageRow
from omni_tui.text.mail import parse


@pytest.fixture
def shop(shop: Shop) -> Shop:
    take_files(shop)
    return shop


async def sent(screen: Inbox, shop: Shop, ref: str) -> list[MessageRow]:
    id = await screen.stored(lambda store: desk_inbox.find(store, shop.agent, ref).id)
    found = await screen.stored(lambda store: thread.open_thread(store, shop.agent, id).messages)
    return [each for each in found if each.direction is Direction.OUTBOUND]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("opened", [False, True])
async def test_a_message_is_passed_on(shop: Shop, size: tuple[int, int], opened: bool) -> None:
    async with inbox(shop, size, undo_send_s=600) as screen:
        await screen.shows("Lena Hoffmann")
        if opened:
            await screen.press("enter")
            await screen.shows("Still no movement")
        await forward(screen)
        await screen.shows("mail to depot@carrier.example")
        await screen.shows("FWD")
        await screen.type("Where is it?")
        await screen.press("ctrl+j")
        await screen.shows("Forward leaves")
        await screen.shows("forwarded to depot@carrier.example")
        (ours,) = await sent(screen, shop, "1003")
        assert (ours.text, [each.address for each in ours.to]) == ("Where is it?", ["depot@carrier.example"])
        assert ours.forwards
        await screen.press("z")
        await screen.shows("Called back")
        await screen.until(lambda: writes(screen) and screen.screen.parts.composer.mode is DraftMode.FORWARD)
        assert screen.screen.parts.composer.area.text == "Where is it?"
        assert await screen.stored(outbox.unsettled) == ()


async def test_people_are_offered_and_a_wrong_address_is_said_where_it_was_typed(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("f")
        await screen.shows("Forward to")
        await screen.type("carver")
        await screen.shows("ben@carver.example   Ben Carver")
        await screen.press("tab")
        await screen.until(lambda: screen.screen.parts.prompt.field.value == "ben@carver.example")
        await screen.type(", nobody")
        await screen.press("enter")
        await screen.shows("'nobody' is no mail address")
        screen.screen.parts.prompt.field.value = ""
        await screen.type(SHOP.address)
        await screen.press("enter")
        await screen.shows("is an address of yours")
        await screen.press("escape")
        assert not writes(screen)


async def test_a_note_is_not_passed_on(shop: Shop) -> None:
    def note() -> None:
        replies.note(shop.store, shop.agent, desk_inbox.find(shop.store, shop.agent, "1003").id, "secret")

    elsewhere(note)
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter")
        await screen.shows("secret")
        await screen.press("f")
        await screen.shows("A note stays in the team")
        assert not writes(screen)


async def test_whom_it_goes_to_is_there_again_after_any_end(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await forward(screen)
        await screen.type("half")
        await screen.press("ctrl+r")
        await screen.shows("Copy to")
        await screen.type("boss@carrier.example")
        await screen.press("enter")
        await screen.shows("copy to boss@carrier.example")
        await screen.press("ctrl+q")
        await screen.until(lambda: not screen.app._running or screen.app._exit)
    async with inbox(shop) as screen:
        await screen.until(lambda: any("draft" in line[:46] for line in screen.lines()))
        await screen.shows("Lena Hoffmann")
        await screen.press("f")
        await screen.until(lambda: writes(screen))
        await screen.shows("copy to boss@carrier.example")
        await screen.shows("forwards what Lena Hoffmann wrote")
        assert screen.screen.parts.composer.area.text == "half"
        await screen.press("ctrl+j")
        await screen.shows("Forward leaves")
        (ours,) = await sent(screen, shop, "1003")
        assert [each.address for each in ours.cc] == ["boss@carrier.example"]


async def _written(screen: Inbox, to: str = "nina@new.example", subject: str = "Your tent") -> None:
    await screen.shows("Lena Hoffmann")
    await screen.press("c")
    await screen.shows("Write to")
    await screen.type(to)
    await screen.press("enter")
    await screen.shows("Subject")
    await screen.type(subject)
    await screen.press("enter")
    await screen.until(lambda: writes(screen))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_somebody_new_is_written_to_and_it_is_called_back_without_a_trace(
    shop: Shop, size: tuple[int, int]
) -> None:
    async with inbox(shop, size, undo_send_s=600) as screen:
        await _written(screen)
        await screen.shows("mail to nina@new.example")
        await screen.shows("about Your tent")
        await screen.type("It is ready.")
        await screen.press("ctrl+j")
        await screen.shows("Mail leaves")
        await screen.shows("It is ready.")
        (ours,) = await sent(screen, shop, "1004")
        assert ours.outbox is not None
        await screen.press("z")
        await screen.shows("Called back")
        await screen.until(lambda: writes(screen) and screen.screen.parts.composer.mode is DraftMode.NEW)
        assert screen.screen.parts.composer.area.text == "It is ready."
        assert len(await screen.stored(lambda _store: shop.rows())) == 3
        await screen.press("escape")
        await screen.shows("Draft kept")
        await screen.press("Z")
        await screen.until(lambda: "nina" in screen.text() or size[0] == 80)
        assert len(await screen.stored(lambda _store: shop.rows())) == 4


async def test_what_begins_a_conversation_is_kept_and_gone_on_with(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await _written(screen)
        await screen.type("half a")
        await screen.press("ctrl+q")
        await screen.until(lambda: not screen.app._running or screen.app._exit)
    (kept,) = elsewhere(lambda: new_drafts.mine(shop.store, shop.agent))
    assert (kept.body, kept.fields.to, kept.fields.subject) == ("half a", "nina@new.example", "Your tent")
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("c")
        await screen.until(lambda: writes(screen))
        await screen.shows("Going on with what you began")
        await screen.press("ctrl+g")
        await screen.until(lambda: screen.screen.parts.prompt.field.value == "nina@new.example")
        screen.screen.parts.prompt.field.value = "other@new.example"
        await screen.press("enter")
        await screen.until(lambda: screen.screen.parts.prompt.field.value == "Your tent")
        await screen.press("enter")
        await screen.shows("mail to other@new.example")
        await screen.type(" thought")
        await screen.press("ctrl+j")
        await screen.shows("Mail leaves")
        (ours,) = await sent(screen, shop, "1004")
        assert (ours.text, [each.address for each in ours.to]) == ("half a thought", ["other@new.example"])


async def test_a_shop_without_a_mailbox_says_so_and_keeps_the_text(shop: Shop) -> None:
    elsewhere(lambda: channels.register(shop.store, "shop", "chat", "", Capabilities()))
    async with inbox(shop) as screen:
        await _written(screen)
        await screen.type("Hello")
        await screen.press("ctrl+j")
        await screen.shows("No channel can write to an address")
        assert writes(screen) and screen.screen.parts.composer.area.text == "Hello"


async def test_all_are_answered_by_a_key_of_its_own_and_that_is_kept(shop: Shop) -> None:
    ida, carl = Address("ida@firm.example", "Ida"), Address("carl@firm.example", "Carl")
    elsewhere(lambda: shop.receive(ida, "Where is it?", to=(SHOP,), cc=(carl,), subject="Tent", receipt_at=shop.now()))
    async with inbox(shop) as screen:
        await screen.shows("Ida")
        await screen.press("R")
        await screen.shows("copy to Carl carl@firm.example")
        await screen.type("Hello all")
        await screen.press("escape")
        await screen.shows("Draft kept")
    async with inbox(shop) as screen:
        await screen.shows("Ida")
        await screen.press("r")
        await screen.shows("copy to Carl carl@firm.example")
        await screen.press("ctrl+j")
        await screen.shows("Reply leaves")
        (ours,) = await sent(screen, shop, "1004")
        assert [each.address for each in ours.cc] == ["carl@firm.example"]


async def test_the_moment_chosen_is_there_again_and_a_reply_put_off_leaves_now(shop: Shop) -> None:
    def put_off() -> drafts.DraftRow | None:
        lena = desk_inbox.find(shop.store, shop.agent, "1003").id
        replies.reply(shop.store, shop.agent, lena, "It leaves today", at=shop.now() + 50 * 3_600_000)
        undo.undo(shop.store, shop.agent)
        return drafts.load(shop.store, shop.agent, lena, DraftMode.REPLY)

    held = elsewhere(put_off)
    assert held is not None and held.fields.at > shop.now()
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: writes(screen))
        await screen.shows("C-l sends it")
        await screen.press("ctrl+l")
        await screen.until(lambda: screen.screen.parts.prompt.field.value[:2] == "20")
        await screen.press("enter")
        await screen.shows("W sends it now or calls it back")
        await screen.press("W")
        await screen.shows("send it now")
        await screen.press("n")
        await screen.shows("Leaves ")
        (waiting,) = await screen.stored(outbox.unsettled)
        assert waiting.outbox.not_before <= shop.now() + 11_000


def with_files(shop: Shop) -> None:
    """A mail of Ida's with two files and a name that is no name."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "ida@firm.example", SHOP.address, "Broken"
    made.set_content("See the picture")
    made.add_attachment(b"PNG", maintype="image", subtype="png", filename="lamp.png")
    made.add_attachment(b"PDF", maintype="application", subtype="pdf", filename="invoice.pdf")
    raw = made.as_bytes()
    files = tuple(RemoteAttachment(each.name, each.mime, each.size, each.part) for each in parse(raw).attachments)
    evil = Address("ida@firm.example", "[bold]Ida[/] \x1b]0;title\x07 \u202eadI")
    shop.receive(evil, "See the picture", subject="Broken", raw=raw, attachments=files, receipt_at=shop.now())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_its_files_go_along_but_one_taken_off_whatever_its_writer_is_called(
    shop: Shop, size: tuple[int, int]
) -> None:
    elsewhere(lambda: with_files(shop))
    async with inbox(shop, size) as screen:
        await screen.shows("Broken")
        await forward(screen)
        await screen.shows("forwards what [bold]Ida[/]")
        assert not {"\x1b", "\x07", "\u202e"} & set(screen.text())
        await screen.until(
            lambda: [each.name for each in screen.screen.parts.composer.files] == ["lamp.png", "invoice.pdf"]
        )
        await screen.press("ctrl+f")
        await screen.shows("-1 takes off file 1")
        screen.screen.parts.prompt.field.value = "-1"
        await screen.press("enter")
        await screen.until(lambda: [each.name for each in screen.screen.parts.composer.files] == ["invoice.pdf"])
        await screen.type("Look")
        await screen.press("ctrl+j")
        await screen.shows("Forward leaves")
        (ours,) = await sent(screen, shop, "1004")
        assert [each.name for each in ours.attachments] == ["invoice.pdf"]


async def test_an_answer_to_a_forward_is_marked_and_the_customer_is_answered(shop: Shop) -> None:
    def answered() -> None:
        lena = desk_inbox.find(shop.store, shop.agent, "1003").id
        (message,) = thread.open_thread(shop.store, shop.agent, lena).messages
        forwarding.forward(shop.store, shop.agent, message.id, ["depot@carrier.example"], "Here?")
        claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
        assert claimed is not None
        outbox.sent(shop.store, shop.epoch, claimed.outbox_id, Receipt())
        shop.receive("depot@carrier.example", "In Kassel", reply_keys=(claimed.command.key,))

    elsewhere(answered)
    async with inbox(shop) as screen:
        await screen.shows("In Kassel")
        await screen.shows("this is not the customer")
        await screen.press("r")
        await screen.shows("mail to Lena Hoffmann lena@posteo.example")
        assert "not to " not in screen.text()


async def test_the_command_line_takes_whom_it_goes_to(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press(":")
        await screen.type("forward depot@carrier.example")
        await screen.press("enter")
        await screen.until(lambda: screen.screen.parts.prompt.field.value == "depot@carrier.example")
        await screen.press("enter")
        await screen.shows("mail to depot@carrier.example")


async def test_copies_are_there_again_when_it_is_called_back_and_can_be_taken_off(shop: Shop) -> None:
    def called_back() -> None:
        lena = desk_inbox.find(shop.store, shop.agent, "1003").id
        replies.reply(shop.store, shop.agent, lena, "Hello", cc=["boss@firm.example"], delay_ms=60_000)
        undo.undo(shop.store, shop.agent)

    elsewhere(called_back)
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.shows("copy to boss@firm.example")
        await screen.press("ctrl+j")
        await screen.shows("Reply leaves")
        assert [[cc.address for cc in each.cc] for each in await sent(screen, shop, "1003")] == [["boss@firm.example"]]
        await screen.press("z")
        await screen.until(lambda: writes(screen))
        await screen.press("ctrl+r")
        await screen.lacks("copy to boss@firm.example")
        await screen.press("ctrl+j")
        await screen.shows("Reply leaves")
        assert [each.cc for each in await sent(screen, shop, "1003")] == [()]


@pytest.mark.parametrize("key", ["f", "c"])
async def test_left_without_a_word_nothing_is_kept(shop: Shop, key: str) -> None:
    async with inbox(shop) as screen:
        if key == "c":
            await _written(screen)
        else:
            await screen.shows("Lena Hoffmann")
            await forward(screen)
        await screen.until(lambda: not screen.screen.keeper._unsaved)
        both = [await screen.stored(each, shop.agent) for each in (new_drafts.mine, drafts.mine)]
        assert [len(found) for found in both] == ([0, 1] if key == "f" else [1, 0])
        await screen.press("escape")
        await screen.shows("Nothing was written")
        assert await screen.stored(new_drafts.mine, shop.agent) == ()
        assert await screen.stored(drafts.mine, shop.agent) == ()
        await screen.press(key)
        await screen.shows("Forward to" if key == "f" else "Write to")


@pytest.mark.parametrize("asked", [["f", *"depot@carrier.example"], ["c", *"nina@new.example", "enter", *"Tent"]])
async def test_all_keys_at_once_land_where_they_were_meant(shop: Shop, asked: list[str]) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        for key in [*asked, "enter", *"Hello", "ctrl+j"]:
            screen.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await screen.shows("Forward leaves" if asked[0] == "f" else "Mail leaves")
        (waiting,) = await screen.stored(outbox.unsettled)
        (ours,) = await sent(screen, shop, str(waiting.ref))
        assert (ours.text, len(ours.to)) == ("Hello", 1)
