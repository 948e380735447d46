"""Forwarding with files of one's own, and of another message while one is begun: nothing that was written is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.composing import forward, take_files, writes
from support.inbox import Inbox, elsewhere, inbox
from support.shop import Shop

from omni_tui.desk import drafts, forwarding, outbox, replies, thread
from omni_tui.desk import inbox as desk_inbox
from omni_tui.model.commands import Receipt, SentFile
from omni_tui.model.enums import DraftMode
from omni_tui.model.message import MessageRow

INVOICE = SentFile("invoice.pdf", "application/pdf", b"%PDF-1.7 paid")


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Lena's conversation has a reply with an invoice behind what she wrote, and her answer."""
    take_files(shop)
    id = desk_inbox.find(shop.store, shop.agent, "1003").id
    replies.reply(shop.store, shop.agent, id, "Here is the invoice", files=[INVOICE])
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    outbox.sent(shop.store, shop.epoch, claimed.outbox_id, Receipt())
    shop.receive("lena@posteo.example", "Thank you so much", reply_keys=(claimed.command.key,), receipt_at=shop.now())
    return shop


def forwarded(shop: Shop) -> list[MessageRow]:
    id = desk_inbox.find(shop.store, shop.agent, "1003").id
    return [each for each in thread.open_thread(shop.store, shop.agent, id).messages if each.forwards]


def names(screen: Inbox) -> list[str]:
    return [each.name for each in screen.screen.parts.composer.files]


async def answered(screen: Inbox, text: str) -> None:
    screen.screen.parts.prompt.field.value = text
    await screen.press("enter")


async def begun(screen: Inbox, up: str = "") -> None:
    """The invoice is being forwarded to the depot."""
    await screen.shows("Lena Hoffmann")
    await screen.press("enter")
    await screen.shows("Thank you so much")
    parts = screen.screen.parts
    for _n in range(30):
        here = parts.thread.message_at(parts.view.reading_key())
        if not up or (here is not None and here.text == up):
            break
        await screen.press("k")
    await forward(screen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_file_of_ones_own_goes_along_and_is_there_again(
    shop: Shop, tmp_path: Path, size: tuple[int, int]
) -> None:
    (tmp_path / "label.pdf").write_bytes(b"%PDF")
    async with inbox(shop, size, undo_send_s=600) as screen:
        await begun(screen)
        await screen.press("ctrl+f")
        await screen.shows("Attach")
        await answered(screen, str(tmp_path / "label.pdf"))
        await screen.shows("1 label.pdf")
        await screen.press("escape")
        await screen.shows("Draft kept")
    async with inbox(shop, size, undo_send_s=600) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("f")
        await screen.until(lambda: names(screen) == ["label.pdf"])
        await screen.press("ctrl+j")
        await screen.shows("Forward leaves")
        (ours,) = await screen.stored(lambda _store: forwarded(shop))
        assert [each.name for each in ours.attachments] == ["label.pdf"]
        await screen.press("z")
        await screen.until(lambda: writes(screen) and names(screen) == ["label.pdf"])


async def test_files_of_the_message_are_taken_off_and_along_again(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "label.pdf").write_bytes(b"%PDF")
    async with inbox(shop, undo_send_s=600) as screen:
        await begun(screen, up="Here is the invoice")
        await screen.until(lambda: names(screen) == ["invoice.pdf"])
        for answer, left in (
            (str(tmp_path / "label.pdf"), ["invoice.pdf", "label.pdf"]),
            ("-1", ["label.pdf"]),
            ("+1", ["invoice.pdf", "label.pdf"]),
            ("-2", ["invoice.pdf"]),
        ):
            await screen.press("ctrl+f")
            await screen.until(lambda: screen.screen.parts.prompt.is_open)
            await answered(screen, answer)
            await screen.until(lambda: names(screen) == left)  # noqa: B023  looked at within the turn
        await screen.press("ctrl+j")
        await screen.shows("Forward leaves")
        (ours,) = await screen.stored(lambda _store: forwarded(shop))
        assert [each.name for each in ours.attachments] == ["invoice.pdf"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_another_message_is_forwarded_instead_only_when_told_so(shop: Shop, size: tuple[int, int]) -> None:
    async with inbox(shop, size, undo_send_s=600) as screen:
        await begun(screen, up="Here is the invoice")
        await screen.type("Look at this")
        await screen.press("escape")
        await screen.shows("Draft kept")
        await screen.press("G", "f")
        await screen.shows("go on")
        await screen.shows("this one instead, same words")
        await screen.press("g")
        await screen.until(lambda: writes(screen) and names(screen) == ["invoice.pdf"])
        await screen.press("escape")
        await screen.until(lambda: not writes(screen))
        await screen.press("G", "f")
        await screen.shows("this one instead, same words")
        await screen.press("t")
        await screen.until(lambda: writes(screen) and names(screen) == [])
        assert screen.screen.parts.composer.area.text == "Look at this"
        await screen.shows("mail to depot@carrier.example")
        await screen.press("escape")
        await screen.shows("Draft kept")

    def kept() -> drafts.DraftRow | None:
        id = desk_inbox.find(shop.store, shop.agent, "1003").id
        return drafts.load(shop.store, shop.agent, id, DraftMode.FORWARD)

    held = elsewhere(kept)
    assert held is not None and (held.body, held.fields.to) == ("Look at this", "depot@carrier.example")


async def test_what_another_window_forwarded_is_shown_before_it_leaves_once_more(shop: Shop) -> None:
    held: list[str] = []
    async with inbox(shop, undo_send_s=600) as screen:
        await begun(screen)
        await screen.type("Where is it?")
        fields = screen.screen.parts.composer.fields

        def send_elsewhere() -> None:
            held.append(
                forwarding.forward(
                    shop.store, shop.agent, fields.of, [fields.to], "Sent from the laptop", held=(), delay_ms=600_000
                ).message_id
            )

        await screen.done_by_others(send_elsewhere)
        await screen.press("ctrl+j")
        await screen.shows("You forwarded this in another window")
        await screen.shows("Sent from the laptop")
        assert writes(screen) and screen.screen.parts.composer.area.text == "Where is it?"
        assert [each.id for each in await screen.stored(lambda _store: forwarded(shop))] == held
        # What was shown once is known, also where the draft is put away and taken up again.
        await screen.press("escape")
        await screen.shows("Draft kept")
        await screen.press("f")
        await screen.shows("go on")
        await screen.press("g")
        await screen.until(lambda: writes(screen))
        await screen.press("ctrl+j")
        await screen.shows("Forward leaves")
        assert len(await screen.stored(lambda _store: forwarded(shop))) == 2
