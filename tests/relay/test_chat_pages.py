"""The widget on pages of all kinds: from right to left, dark, small, printed, gone back to; in a real browser."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.axe import violations
from support.browser import chromium, opened, sync_api
from support.browser import write as browser_write
from support.chat import PNG, Agent, Shop, hang_up, site
from support.relay import Relay

from omni_tui.relay.chat.settings import contrast

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect = sync_api.expect
ROOT = "document.getElementById('omni-chat').shadowRoot"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # People's browsers keep the page one comes back to.
    with chromium("--disable-back-forward-cache") as running:
        yield running


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, Relay]]:
    with site(tmp_path_factory.mktemp("relay")) as running:
        yield running


@pytest.fixture
def relay(pages: tuple[Shop, Relay]) -> Relay:
    return pages[1]


@pytest.fixture
def shop(pages: tuple[Shop, Relay]) -> Iterator[Shop]:
    running, _relay = pages
    before = running.csp
    yield running
    running.csp, running.lang, running.head, running.more = before, "en", "", ""
    hang_up()
    assert running.violations == []


def write(page: Page, text: str) -> None:
    browser_write(page, text)
    expect(page.locator(".fate")).to_have_text("Sent")


def style(page: Page, selector: str, name: str, pseudo: str = "") -> str:
    return str(page.evaluate(f"getComputedStyle({ROOT}.querySelector('{selector}'), '{pseudo}').{name}"))


def hexadecimal(colour: str) -> str:
    parts = [int(one) for one in colour.removeprefix("rgb(").rstrip(")").split(",")]
    return "#" + "".join(f"{one:02x}" for one in parts)


def test_on_a_page_from_right_to_left_each_text_runs_its_own_way(browser: Browser, shop: Shop, relay: Relay) -> None:
    shop.lang = 'ar" dir="rtl'
    page = opened(browser, shop)
    write(page, "Is it in stock?")
    write(page, "هل هو متوفر (نعم)؟")
    words = page.locator(".visitor .words")
    sides = words.evaluate_all(
        "all => all.map(one => { const range = document.createRange(); range.selectNodeContents(one);"
        " const text = range.getBoundingClientRect(), box = one.getBoundingClientRect();"
        " return [Math.round(text.left - box.left), Math.round(box.right - text.right)]; })"
    )
    assert sides[0][0] <= 13, "English begins at the left"
    assert sides[1][1] <= 13, "Arabic begins at the right"
    assert style(page, ".panel", "direction") == "ltr"
    box, send = page.locator("textarea").bounding_box(), page.locator(".send").bounding_box()
    assert box is not None
    assert send is not None
    assert box["x"] < send["x"]
    page.context.close()


def test_a_page_that_changes_its_language_takes_the_window_along(browser: Browser, shop: Shop, relay: Relay) -> None:
    page = opened(browser, shop)
    write(page, "hello")
    page.get_by_label("Your message").fill("half a sent")
    page.evaluate("document.documentElement.lang = 'de-AT'")
    expect(page.get_by_role("dialog", name="Chat mit uns")).to_be_visible()
    expect(page.get_by_label("Ihre Nachricht")).to_have_value("half a sent")
    for name in ("Senden", "Chat schließen", "Datei anhängen", "Chat mit uns"):
        expect(page.get_by_role("button", name=name)).to_be_visible()
    expect(page.locator(".visitor")).to_have_text("Siehello")
    expect(page.locator(".fate")).to_have_text("Gesendet")
    assert violations(page) == []
    page.evaluate("document.documentElement.lang = 'fr'")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    shop.more = 'data-lang="zh"'
    page.reload()
    page.evaluate("document.documentElement.lang = 'de'")
    page.locator(".launch").click()
    expect(page.get_by_role("dialog", name="在线客服")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("head", ["", '<meta name="color-scheme" content="dark">'])
def test_a_dark_page_leaves_everything_readable(browser: Browser, shop: Shop, head: str) -> None:
    shop.head = head
    page = opened(browser, shop, color_scheme="dark")
    assert sorted(style(page, ".panel", "colorScheme").split()) == ["light", "only"], "scrollbars and fields, too"
    paper = hexadecimal(style(page, "textarea", "backgroundColor"))
    for pseudo in ("", "::placeholder"):
        ink = hexadecimal(style(page, "textarea", "color", pseudo))
        assert contrast(ink, paper) >= 4.5, (ink, paper)
    assert (
        contrast(hexadecimal(style(page, ".hello", "color")), hexadecimal(style(page, ".panel", "backgroundColor")))
        > 4.5
    )
    page.context.close()


def test_it_is_not_printed(browser: Browser, shop: Shop) -> None:
    page = opened(browser, shop)
    page.emulate_media(media="print")
    expect(page.locator(".panel")).to_be_hidden()
    expect(page.locator(".launch")).to_be_hidden()
    page.context.close()


def test_everything_is_reached_on_the_narrowest_of_screens(browser: Browser, shop: Shop) -> None:
    shop.lang = 'ar" dir="rtl'
    page = opened(
        browser, shop, viewport={"width": 320, "height": 480}, is_mobile=True, has_touch=True, color_scheme="dark"
    )
    for selector in (".close", ".log", "textarea", ".send", ".clip"):
        box = page.locator(selector).bounding_box()
        assert box is not None, selector
        assert box["x"] >= 0, selector
        assert box["x"] + box["width"] <= 320, selector
        assert box["y"] + box["height"] <= 480, selector
    for selector in (".close", ".send", ".clip"):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 40, "a finger's width"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert style(page, "textarea", "fontSize") == "16px", "iOS enlarges the page for smaller ones"
    expect(page.locator(".launch")).to_be_hidden()
    write(page, "hello")
    assert violations(page) == []
    page.get_by_role("button", name="Close").tap()
    expect(page.locator(".launch")).to_be_focused()
    page.context.close()


# No browser without a finger on it shows a keyboard: this is what one tells the page, and no more.
KEYBOARD = """
const told = new EventTarget();
Object.assign(told, {width: innerWidth, height: innerHeight, offsetTop: 0, scale: 1});
Object.defineProperty(window, 'visualViewport', {value: told});
window.keyboard = (height) => { told.height = innerHeight - height; told.dispatchEvent(new Event('resize')); };
"""


@pytest.mark.parametrize(("width", "height", "keys"), [(360, 640, 300), (640, 360, 200)])
def test_a_keyboard_on_the_screen_covers_nothing(
    browser: Browser, shop: Shop, width: int, height: int, keys: int
) -> None:
    context = browser.new_context(
        locale="en-GB", viewport={"width": width, "height": height}, is_mobile=True, has_touch=True
    )
    context.add_init_script(KEYBOARD)
    page = context.new_page()
    page.goto(f"{shop.url}/tents")
    page.locator(".launch").tap()
    page.evaluate(f"keyboard({keys})")
    for selector in (".close", "textarea", ".send"):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["y"] >= 0, selector
        assert box["y"] + box["height"] <= height - keys, selector
    page.evaluate("keyboard(0)")
    box = page.locator(".send").bounding_box()
    assert box is not None
    assert box["y"] > height - keys
    context.close()


def test_a_nonce_is_policy_enough(browser: Browser, shop: Shop, relay: Relay) -> None:
    shop.csp = (
        "default-src 'none'; script-src 'nonce-r4nd0m' 'strict-dynamic'; connect-src {relay}; img-src blob:;"
        " require-trusted-types-for 'script'; report-uri /violations"
    )
    shop.more = 'nonce="r4nd0m"'
    page = opened(browser, shop)
    write(page, "with a nonce")
    page.context.close()


def test_what_was_being_typed_is_there_after_a_reload_and_in_its_own_tab(browser: Browser, shop: Shop) -> None:
    page = opened(browser, shop)
    page.get_by_label("Your message").fill("one\ntwo\nhalf a sent")
    height = page.evaluate(f"{ROOT}.querySelector('textarea').clientHeight")
    other = page.context.new_page()
    other.goto(f"{shop.url}/stoves")
    other.locator(".launch").click()
    expect(other.get_by_label("Your message")).to_have_value("")
    page.reload()
    page.locator(".launch").click()
    expect(page.get_by_label("Your message")).to_have_value("one\ntwo\nhalf a sent")
    assert page.evaluate(f"{ROOT}.querySelector('textarea').clientHeight") == height, "all of it in view"
    page.keyboard.press("End")
    page.keyboard.type("ence")
    page.keyboard.press("Enter")
    expect(page.locator(".visitor .words")).to_have_text("one\ntwo\nhalf a sentence", use_inner_text=True)
    page.reload()
    page.locator(".launch").click()
    expect(page.get_by_label("Your message")).to_have_value("")
    page.context.close()


PASTE = """([kind, mime, data]) => {
  const given = new DataTransfer();
  const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
  given.items.add(new File([bytes], 'screen.png', {type: mime}));
  if (kind === 'office') given.setData('text/plain', 'a cell');
  const box = document.getElementById('omni-chat').shadowRoot.querySelector('textarea');
  const event = kind === 'drop' ? new DragEvent('drop', {dataTransfer: given, bubbles: true, cancelable: true})
    : new ClipboardEvent('paste', {clipboardData: given, bubbles: true, cancelable: true});
  return box.dispatchEvent(event);
}"""


def test_a_picture_is_pasted_or_dropped(browser: Browser, shop: Shop, relay: Relay) -> None:
    page = opened(browser, shop)
    data = base64.b64encode(PNG).decode()
    for number, kind in enumerate(("paste", "drop"), 1):
        assert page.evaluate(PASTE, [kind, "image/png", data]) is False, "the page does nothing else with it"
        expect(page.locator(".visitor .file")).to_have_count(number)
    assert page.evaluate(PASTE, ["office", "image/png", data]) is True, "words are pasted as words"
    expect(page.locator(".fate")).to_have_text("Sent")
    files = [one["files"][0]["name"] for one in Agent(relay).all_events() if one.get("files")]
    assert files == ["screen.png", "screen.png"]
    page.context.close()


def test_a_file_that_could_not_be_sent_is_told_so(browser: Browser, shop: Shop, tmp_path: Path) -> None:
    page = opened(browser, shop)
    write(page, "hello")
    page.context.set_offline(True)
    file = tmp_path / "a.png"
    file.write_bytes(PNG)
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".trouble")).to_contain_text("Please attach it again")
    page.context.set_offline(False)
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".visitor .file")).to_have_count(1)
    expect(page.locator(".trouble")).to_have_text("")
    page.context.close()


def test_a_page_one_goes_back_to_hears_what_was_said_meanwhile(browser: Browser, shop: Shop, relay: Relay) -> None:
    page = opened(browser, shop)
    page.evaluate("addEventListener('pageshow', event => { window.kept = event.persisted; })")
    write(page, "I am going to look at stoves")
    (event,) = [one for one in Agent(relay).all_events() if one.get("text", "").endswith("stoves")]
    page.goto(f"{shop.url}/stoves")
    page.locator(".launch").wait_for()
    Agent(relay).answer(event["visitor"], "Take your time.")
    page.go_back(wait_until="commit")  # a page that was kept is not loaded
    expect(page.locator(".agent .words")).to_have_text("Take your time.")
    assert page.evaluate("window.kept") is True, "the widget keeps no page from being kept"
    page.context.close()
