"""Screens far below 80×24: what is written and to whom stays in view, and what lies over the inbox can be used."""

from __future__ import annotations

from dataclasses import replace

from support.inbox import Inbox, inbox, settings_for
from support.shop import Shop

from omni_tui.model.message import AttachmentRow, Party
from omni_tui.text.cells import width


async def resize(screen: Inbox, size: tuple[int, int]) -> None:
    """Make the screen so large, and wait until it is painted so."""
    await screen.pilot.resize_terminal(*size)
    await screen.until(lambda: [width(line) for line in screen.lines()] == [size[0]] * size[1])


async def test_what_is_written_and_to_whom_is_in_view(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.area.has_focus)
        await screen.type("Sent")
        composer = screen.screen.parts.composer
        for size in ((20, 5), (30, 8), (40, 10), (120, 12)):
            await resize(screen, size)
            await screen.until(lambda: any(line.strip().endswith("Sent") for line in screen.lines()))
            await screen.until(lambda: "REPLY" in screen.text() and "lena@" in screen.text())
            assert composer.area.size.height >= 3
            assert "C-j send" in screen.lines()[-1]
        await screen.press("ctrl+t")
        for size in ((40, 10), (20, 5)):
            await resize(screen, size)
            await screen.until(lambda: "NOTE" in screen.text() and "team only" in screen.text())
            assert "lena@" not in screen.text()
        await screen.press("ctrl+t")
        await screen.until(lambda: screen.line(0).startswith(" REPLY lena@"))
        # What the whole head would warn of.
        assert composer.thread is not None
        composer.thread = replace(composer.thread, reply=replace(composer.thread.reply, unproven=True))
        composer.paint()
        await screen.until(lambda: screen.line(0).startswith(" REPLY ! lena@"))
        composer.show_files([AttachmentRow("f", "label.pdf", "application/pdf", 9)])
        await screen.until(lambda: screen.line(0).rstrip().endswith("1 file"))
        await resize(screen, (40, 8))
        await screen.until(lambda: "lena@posteo.example" in screen.text() and "1 file" in screen.line(0))
        composer.show_files(())
        await screen.lacks("1 file")
        await screen.press("escape", "escape")
        await screen.until(lambda: "Lena" in screen.text() and "REPLY" not in screen.text())


async def test_whom_it_goes_to_takes_one_line_where_lines_are_few(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        composer = screen.screen.parts.composer
        await screen.until(lambda: composer.area.has_focus)
        await screen.type("Sent")
        copies = replace(composer.fields, cc="boss@shop.example, depot@carrier.example")
        for size, lines, alone in (((30, 8), 6, "REPLY lena@"), ((40, 12), 9, "REPLY mail lena@")):
            composer.leaves(replace(copies, cc=""))
            await resize(screen, size)
            await screen.until(lambda: screen.line(1).strip() == "Sent")
            assert screen.line(0).strip() == f"{alone}posteo.example"
            composer.leaves(copies)
            await screen.until(lambda: screen.line(0).rstrip().endswith("+2"))
            assert composer.area.size.height == lines
        # An address is not cut where it has the room, and what is warned of stays in words.
        composer.leaves(replace(copies, cc=""))
        long = "lena.hoffmann@post-office.example"
        for size, lines, unproven in (((30, 8), 5, False), ((40, 12), 8, False), ((40, 12), 5, True)):
            await resize(screen, size)

            def shown(lines: int = lines, unproven: bool = unproven) -> bool:
                # A draft that was kept brings the thread anew.
                assert composer.thread is not None
                way = replace(composer.thread.reply, to=(Party(long),), unproven=unproven)
                composer.thread = replace(composer.thread, reply=way)
                composer.paint()
                whole = "".join(line.strip() for line in screen.lines())
                told = long in whole and ("nothing proves" in whole) is unproven
                return told and composer.area.size.height == lines

            await screen.until(shown)


async def test_what_begins_a_conversation_is_told_in_one_line(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("c")
        await screen.until(lambda: screen.screen.parts.prompt.is_open)
        await screen.type("ana@shop.example")
        await screen.press("enter")
        await screen.shows("Subject")
        await screen.type("Invoice")
        await screen.press("enter")
        composer = screen.screen.parts.composer
        await screen.until(lambda: composer.area.has_focus)
        await resize(screen, (40, 12))
        await screen.until(lambda: screen.line(0).split() == ["NEW", "ana@shop.example", "Invoice"])
        await resize(screen, (30, 8))
        await screen.until(lambda: screen.line(0).split()[:2] == ["NEW", "ana@shop.example"])
        assert composer.area.size.height == 6


async def test_what_lies_over_a_small_inbox_can_be_used(shop: Shop) -> None:
    async with inbox(shop, (20, 5)) as screen:
        await screen.shows("Lena Hof")
        await screen.press("s")
        await screen.until(lambda: any(line.strip() == "Snooze until" for line in screen.lines()))
        await screen.press("down", "down", "down")
        await screen.shows(" > tomorrow 9")
        await screen.press("escape", "enter")
        await screen.shows("#1003")
        await screen.press("I")
        await screen.shows("Customer  1/3")
        assert screen.screen.region.contains_region(screen.screen.parts.panel.region)
        await screen.press("I", "question_mark")
        await screen.until(lambda: [line.split()[:1] for line in screen.lines()].count(["Act"]) == 1)
        await screen.press("escape", "ctrl+p")
        await screen.shows("> Reply")
        await screen.press("down")
        await screen.until(lambda: any(line.startswith(" > Reply to") for line in screen.lines()))
        await screen.press("escape", "g", "c")
        await screen.shows("> Lena")


async def test_names_and_questions_have_the_room_there_is(shop: Shop) -> None:
    async with inbox(shop, (20, 8)) as screen:
        await screen.until(lambda: any(line.rstrip().endswith("L 5h") for line in screen.lines()))
        await screen.press("s")
        await screen.until(lambda: any(line.strip() == "Snooze until" for line in screen.lines()))
        await screen.type("fri")
        await screen.until(lambda: any(line.strip() == "fri" for line in screen.lines()))
        # Whoever looks elsewhere meanwhile finds the keys where they were.
        screen.app.app_focus = False
        await resize(screen, (80, 24))
        await screen.until(lambda: any("Snooze until  fri" in line for line in screen.lines()))
        screen.app.app_focus = True
        await screen.until(lambda: screen.screen.parts.prompt.field.has_focus)


async def test_the_keys_named_beside_what_they_do_are_ones_own(shop: Shop) -> None:
    keys = {"unfold": "X", "undo": "B"}
    async with inbox(shop, settings=settings_for(shop, keys=keys)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter")
        await screen.shows("quoted lines folded  X unfold")
        await screen.press("t", "g", "z")
        await screen.shows("B undo")
        await screen.press("escape", "r")
        await screen.shows("B calls it back")
