"""Quotes that are unfolded are told from answers on every line of theirs, however often they are broken."""

from __future__ import annotations

from support.inbox import elsewhere, inbox
from support.shop import Shop


async def test_every_line_of_a_quote_has_its_marks(shop: Shop) -> None:
    words = " ".join(f"word{n}" for n in range(40))
    shop_text = f"Please see below.\n\nOn Monday, Shop wrote:\n> {words}\n> > {words}\nnot {words}"
    elsewhere(lambda: shop.receive("mia@posteo.example", shop_text, subject="Quotes"))
    async with inbox(shop) as screen:
        await screen.shows("mia@posteo.example")
        await screen.press("enter")
        await screen.until(lambda: screen.screen.parts.view.has_focus)
        await screen.press("Q")
        await screen.shows("> > word0")
        quoted = [line[46:].strip() for line in screen.lines() if "word" in line[46:]]
        marks = [line.partition("w")[0] for line in quoted]
        assert marks.count("> ") >= 3 and marks.count("> > ") >= 3
        assert marks.index("> > ") == marks.count("> ")
