"""The command line of the inbox knows what the command line of the shell knows, and shows what it prints."""

from __future__ import annotations

import pytest
from support.cli import run
from support.inbox import Inbox, inbox
from support.shop import Shop

from omni_tui.cli import catalogue
from omni_tui.desk import inbox as desk_inbox
from omni_tui.desk.actions import ACTIONS, COMMANDS
from omni_tui.desk.actions.verbs import OTHER_VERBS
from omni_tui.screens.inbox.asking import offers, read_line


def test_every_verb_that_reads_answers_or_sorts_is_known_to_both() -> None:
    sections = [names for names in catalogue.VERBS.values() if "init" not in names and "relay init" not in names]
    verbs = {name for names in sections for name in names}
    offered = {offer.value for offer in offers("", ())}
    # A macro is offered as "macro run NAME", once there is one.
    assert verbs - offered == {"macro run"}
    assert set(OTHER_VERBS) <= set(catalogue.PLACES)
    assert not set(OTHER_VERBS) & ({each.verb for each in ACTIONS} | {each.name for each in COMMANDS})


@pytest.mark.parametrize("verb", OTHER_VERBS)
def test_what_it_is_for_names_a_real_call(verb: str) -> None:
    assert run(*verb.split(), "--help").code == 0
    assert read_line(f"{verb} x y", ()) == (f"verb:{verb}", "x y")


def test_what_has_a_key_is_offered_before_what_has_none() -> None:
    assert [offer.value for offer in offers("sn", ())][:2] == ["snooze", "snippet list"]
    assert offers("", ())[0].value == "reply"


async def _line(screen: Inbox, text: str) -> None:
    await screen.shows("Lena Hoffmann")
    await screen.press("colon")
    await screen.type(text)
    await screen.press("enter")


async def test_what_a_verb_prints_is_on_a_sheet(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await _line(screen, "customer show lena")
        await screen.until(lambda: screen.screen.sheet.is_open)
        await screen.shows("email: lena@posteo.example")
        await screen.press("escape")
        await screen.until(lambda: not screen.screen.sheet.is_open)


async def test_what_a_verb_refuses_is_told(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await _line(screen, "show 9999")
        await screen.shows("There is no conversation 9999.")


async def test_a_quote_without_an_end_is_told(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await _line(screen, "list it's")
        await screen.shows("A quote has no end.")


async def test_the_screen_goes_on_while_a_verb_runs(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await _line(screen, "status")
        await screen.press("j")
        await screen.until(lambda: screen.screen.parts.list.cursor == 1 or screen.screen.sheet.is_open)
        await screen.until(lambda: screen.screen.sheet.is_open)
        await screen.shows("inbox")


async def _type(running: Inbox, text: str) -> None:
    await running.press("colon")
    await running.until(lambda: running.screen.parts.prompt.is_open)
    await running.type(text)
    await running.press("enter")


async def test_what_stands_behind_a_verb_is_obeyed_or_refused_never_dropped(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        last = running.screen.parts.list.pages.ids(2, 2)
        number = str((await running.stored(lambda store: desk_inbox.rows(store, shop.agent, last)))[0].ref)
        await _type(running, f"resolve {number}")
        await running.shows("Resolved 1 conversation")
        await running.until(lambda: running.screen.parts.list.pages.index_of(last[0]) is None)
        await _type(running, "resolve 99999")
        await running.shows("There is no conversation 99999")
        await _type(running, "reply hello")
        await running.shows("Nothing goes behind reply here")
        await _type(running, "customer ben")
        await running.until(lambda: running.screen.customers.chooser.is_open)
        await running.shows("Ben Carver")
