"""The widget's form, and what a page looks like to those who want it still or see little, in a real browser."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.axe import violations
from support.browser import chromium, opened, sync_api, write
from support.chat import Agent, Shop, chatting, hang_up
from support.relay import Relay

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = sync_api.expect
NEVER = (datetime.now(UTC) + timedelta(days=3)).strftime("%a").lower()
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def shop() -> Iterator[Shop]:
    running = Shop()
    yield running
    running.close()
    hang_up()
    assert running.violations == []


def relay_for(shop: Shop, folder: Path, more: str = "") -> Relay:
    running = chatting(folder, shop.url, f"per_minute = 10000\n{more}")
    shop.relay = running.url
    return running


def sent(page: Page) -> None:
    expect(page.locator(".fate")).to_have_text("Sent")


def test_what_the_form_says_comes_before_the_message_it_introduces(
    browser: Browser, shop: Shop, tmp_path: Path
) -> None:
    with relay_for(shop, tmp_path / "relay", f'hours = ["{NEVER} 9-10"]') as relay:
        page = opened(browser, shop)
        expect(page.locator(".hello")).to_contain_text("Nobody is here right now")
        write(page, "Is anybody there?")
        expect(page.locator(".visitor")).to_have_count(0)
        address = page.get_by_label("Your e-mail address")
        expect(address).to_be_focused()
        expect(page.locator(".trouble")).to_have_text("Please enter your e-mail address, so that we can answer you.")
        expect(address).to_have_accessible_description("Please enter your e-mail address, so that we can answer you.")
        assert violations(page) == []
        address.fill("ana@posteo.example")
        lost: list[str] = []

        def lose(route: sync_api.Route) -> None:
            lost.append(route.request.url)
            route.abort()

        page.route("**/session", lose, times=2)
        page.clock.install()
        with page.expect_event("requestfailed"):
            page.get_by_role("button", name="Send").click()
        with page.expect_event("requestfailed"):
            page.clock.fast_forward(2_000)
        page.clock.fast_forward(3_000)
        sent(page)
        expect(page.locator(".trouble")).to_have_text("")
        (event,) = Agent(relay).all_events()
        assert (event["text"], event["email"], event["offline"]) == ("Is anybody there?", "ana@posteo.example", True)
        assert len(lost) == 2
        page.context.close()


def test_whoever_gave_no_address_is_asked_once_nobody_is_there(browser: Browser, shop: Shop, tmp_path: Path) -> None:
    with relay_for(shop, tmp_path / "relay", 'ask = "optional"') as relay:
        page = opened(browser, shop)
        expect(page.get_by_label("Your e-mail address")).to_be_visible()
        write(page, "hello")
        sent(page)
        expect(page.get_by_label("Your e-mail address")).to_be_hidden()
        config = relay.folder / "relay.toml"
        config.write_text(f'{config.read_text("utf-8")}hours = ["{NEVER} 9-10"]\n', "utf-8")
        port = relay.url.rpartition(":")[2]
        config.write_text(config.read_text("utf-8").replace("port = 0", f"port = {port}"), "utf-8")
        relay.terminate()
        relay.start()
        expect(page.locator(".hello")).to_contain_text("Nobody is here right now")
        expect(page.get_by_label("Your e-mail address")).to_be_visible()
        write(page, "still there?")
        page.get_by_label("Your e-mail address").fill("ana@posteo.example")
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".visitor .words")).to_have_text(["hello", "still there?"])
        sent(page)
        last = Agent(relay).all_events()[-1]
        assert (last["text"], last["email"]) == ("still there?", "ana@posteo.example")
        page.context.close()


def test_nothing_moves_for_whoever_wants_no_motion(browser: Browser, shop: Shop, tmp_path: Path) -> None:
    with relay_for(shop, tmp_path / "relay"):
        for wish, moves in (("reduce", False), ("no-preference", True)):
            page = opened(browser, shop, reduced_motion=wish)
            style = "getComputedStyle(document.getElementById('omni-chat').shadowRoot.querySelector('.panel'))"
            assert (page.evaluate(f"{style}.animationName") != "none") is moves
            page.context.close()


def test_an_agents_picture_is_shown_and_hostile_ones_are_not(browser: Browser, shop: Shop, tmp_path: Path) -> None:
    with relay_for(shop, tmp_path / "relay") as relay:
        page = opened(browser, shop)
        write(page, "Which one?")
        sent(page)
        agent = Agent(relay)
        (event,) = agent.all_events()
        drawing = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.hit=1'/>").decode()
        files = [
            {"name": "pole.png", "mime": "image/png", "data": PNG},
            {"name": "drawing.svg", "mime": "image/svg+xml", "data": drawing},
        ]
        assert agent.answer(event["visitor"], "This one.", files=files).status_code == 200
        expect(page.locator(".agent .file")).to_have_text(["pole.png", "drawing.svg"])
        expect(page.locator(".agent img")).to_have_count(1)
        with page.expect_download() as download:
            page.get_by_role("button", name="drawing.svg").click()
        assert download.value.suggested_filename == "drawing.svg"
        assert page.evaluate("window.hit") is None
        page.context.close()
