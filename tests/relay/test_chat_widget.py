"""The widget in a real browser, on a shop's page that allows it no more than the manual asks for."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.axe import violations
from support.browser import chromium, sync_api
from support.chat import Agent, Shop, chatting, hang_up, site, user_hash
from support.relay import Relay

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

expect = sync_api.expect

HOSTILE = (
    "<script>window.hit=1</script>",
    "<img src=x onerror='window.hit=1'>",
    '"><svg onload=window.hit=1>',
    "javascript:window.hit=1//",
    'https://a.example/"onmouseover=window.hit=1//',
    "{{constructor.constructor('window.hit=1')()}}",
    "</script><script>window.hit=1</script>",
    "\u202egnp.exe\u202c <iframe srcdoc='<script>parent.hit=1</script>'>",
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, Relay]]:
    with site(tmp_path_factory.mktemp("relay")) as running:
        yield running


@pytest.fixture
def shop(pages: tuple[Shop, Relay]) -> Shop:
    return pages[0]


@pytest.fixture
def relay(pages: tuple[Shop, Relay]) -> Relay:
    return pages[1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def context(browser: Browser, shop: Shop) -> Iterator[BrowserContext]:
    shop.more, shop.lang = "", "en"
    shop.violations.clear()
    made = browser.new_context(locale="en-GB")
    yield made
    made.close()
    hang_up()
    assert shop.violations == [], "the page's policy was touched"


@pytest.fixture
def agent(relay: Relay) -> Agent:
    return Agent(relay)


def visit(context: BrowserContext, shop: Shop, path: str = "tents") -> Page:
    page = context.new_page()
    page.goto(f"{shop.url}/{path}")
    page.locator(".launch").wait_for()
    return page


def say(page: Page, text: str) -> None:
    if not page.locator(".panel").is_visible():
        page.locator(".launch").click()
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".visitor .words").last).to_have_text(text)


def token(page: Page) -> str:
    page.wait_for_function("localStorage.getItem('omni-chat:help')")
    return str(page.evaluate("localStorage.getItem('omni-chat:help')"))


def heard(page: Page, agent: Agent, count: int) -> list[dict[str, Any]]:
    """What the engine gets of the visitor who wrote last, once nothing is on its way any more."""
    expect(page.locator(".fate")).to_have_text(re.compile("^(Sent|Read|已发送|Gesendet)$"))
    found = [one for one in agent.all_events() if one["type"] == "message"]
    rows = [one for one in found if one["visitor"] == found[-1]["visitor"]]
    assert len(rows) == count, rows
    return rows


def test_chinese_goes_in_and_the_answer_comes_back(
    context: BrowserContext, shop: Shop, relay: Relay, agent: Agent
) -> None:
    shop.lang = "zh"
    page = visit(context, shop)
    page.locator(".launch").click()
    expect(page.get_by_role("dialog", name="在线客服")).to_be_visible()
    box = page.get_by_label("输入消息")
    expect(box).to_be_focused()
    session = context.new_cdp_session(page)
    # As an input method does it: letters that are composed, an Enter that chooses, and then the words.
    session.send("Input.imeSetComposition", {"text": "zhang peng", "selectionStart": 10, "selectionEnd": 10})
    page.evaluate(
        "document.getElementById('omni-chat').shadowRoot.querySelector('textarea').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    expect(page.locator(".visitor")).to_have_count(0)
    session.send("Input.insertText", {"text": "帐篷杆断了"})
    page.keyboard.press("Enter")
    expect(page.locator(".visitor .words")).to_have_text("帐篷杆断了")
    expect(page.locator(".fate")).to_have_text("已发送")
    (event,) = [one for one in agent.all_events() if one.get("text") == "帐篷杆断了"]
    assert event["page"] == f"{shop.url}/tents"
    assert event["title"] == "Page tents"
    agent.notice(event["visitor"], typing=True, agent="马拉")
    expect(page.locator(".typing")).to_have_text("马拉 正在输入…")
    agent.answer(event["visitor"], "我们寄一根新的。", agent="马拉")
    expect(page.locator(".agent .words")).to_have_text("我们寄一根新的。")
    expect(page.locator(".agent .who")).to_have_text("马拉")
    expect(page.locator(".fate")).to_have_text("已读")


def test_it_goes_on_after_a_reload_and_on_another_page(
    context: BrowserContext, shop: Shop, relay: Relay, agent: Agent
) -> None:
    page = visit(context, shop)
    say(page, "Is it waterproof?")
    (event,) = heard(page, agent, 1)
    page.reload()
    agent.answer(event["visitor"], "Yes, 3000 mm.")
    expect(page.locator(".badge")).to_have_text("1 unread")
    page.goto(f"{shop.url}/stoves")
    page.locator(".launch").click()
    expect(page.locator(".words")).to_have_text(["Is it waterproof?", "Yes, 3000 mm."])
    expect(page.locator(".badge")).to_be_hidden()
    say(page, "Thanks")
    assert [one["text"] for one in heard(page, agent, 2)] == ["Is it waterproof?", "Thanks"]


def test_two_pages_keep_in_step(context: BrowserContext, shop: Shop, relay: Relay, agent: Agent) -> None:
    one = visit(context, shop)
    say(one, "from one")
    (event,) = heard(one, agent, 1)
    other = visit(context, shop, "stoves")
    say(other, "from the other")
    assert len(heard(other, agent, 2)) == 2
    agent.answer(event["visitor"], "to both")
    for page in (one, other):
        page.bring_to_front()
        expect(page.locator(".words")).to_have_text(["from one", "from the other", "to both"])


def test_a_lost_network_loses_and_doubles_nothing(
    context: BrowserContext, shop: Shop, relay: Relay, agent: Agent
) -> None:
    page = visit(context, shop)
    say(page, "before")
    (event,) = heard(page, agent, 1)
    context.set_offline(True)
    say(page, "while it was away, one")
    say(page, "while it was away, two")
    expect(page.locator(".trouble")).to_contain_text("No connection")
    expect(page.locator(".fate")).to_have_text("Sending…")
    agent.answer(event["visitor"], "said meanwhile")
    context.set_offline(False)
    expect(page.locator(".fate")).to_have_text("Sent")
    texts = ["before", "said meanwhile", "while it was away, one", "while it was away, two"]
    expect(page.locator(".words")).to_have_text(texts)
    expect(page.locator(".trouble")).to_have_text("")
    assert [one["text"] for one in heard(page, agent, 3)] == [texts[0], *texts[2:]]


def test_an_answer_lost_on_its_way_doubles_nothing(
    context: BrowserContext, shop: Shop, relay: Relay, agent: Agent
) -> None:
    page = visit(context, shop)
    lost: list[str] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and len(lost) < 2:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    page.route("**/messages", lose)
    page.route(re.compile("/(stream|poll)"), lambda route: route.abort())
    page.clock.install()
    messages = {"predicate": lambda request: request.url.endswith("/messages")}
    with page.expect_event("requestfailed", **messages):
        say(page, "sent three times")
    with page.expect_event("requestfailed", **messages):
        page.clock.fast_forward(2_000)
    page.clock.fast_forward(3_000)
    assert len(heard(page, agent, 1)) == 1
    assert len(lost) == 2
    expect(page.locator(".words")).to_have_text(["sent three times"])


def test_what_was_not_sent_yet_survives_a_reload(
    context: BrowserContext, shop: Shop, relay: Relay, agent: Agent
) -> None:
    page = visit(context, shop)
    page.route("**/messages", lambda route: route.abort())
    say(page, "not gone yet")
    page.unroute("**/messages")
    page.reload()
    page.locator(".launch").click()
    expect(page.locator(".words")).to_have_text(["not gone yet"])
    assert [one["text"] for one in heard(page, agent, 1)] == ["not gone yet"]


def test_a_proxy_that_holds_streams_back(context: BrowserContext, shop: Shop, relay: Relay, agent: Agent) -> None:
    page = visit(context, shop)
    page.clock.install()
    page.route("**/stream", lambda route: None)  # never answered
    with page.expect_request("**/stream"):
        say(page, "hello")
    page.clock.fast_forward(9_000)
    (event,) = heard(page, agent, 1)
    agent.answer(event["visitor"], "by long-poll")
    expect(page.locator(".agent .words")).to_have_text("by long-poll")


def test_hostile_text_is_text(context: BrowserContext, shop: Shop, relay: Relay, agent: Agent) -> None:
    page = visit(context, shop)
    for text in HOSTILE:
        say(page, text)
    (event, *_others) = heard(page, agent, len(HOSTILE))
    for text in HOSTILE:
        agent.answer(event["visitor"], text, agent=text)
    expect(page.locator(".agent .words")).to_have_text(list(HOSTILE))
    for link in page.locator(".words a").all():
        assert (link.get_attribute("href") or "").startswith("https://")
        link.hover()
    assert page.evaluate("window.hit") is None
    page.reload()
    page.locator(".launch").click()
    expect(page.locator(".words")).to_have_count(2 * len(HOSTILE))
    assert page.evaluate("window.hit") is None
    assert page.locator("script").count() == 1
    assert page.locator("iframe, svg").count() == 0


def test_a_picture_goes_and_comes(
    context: BrowserContext, shop: Shop, relay: Relay, agent: Agent, tmp_path: Path
) -> None:
    page = visit(context, shop)
    picture = tmp_path / "ein Zelt.png"
    page.screenshot(path=picture)
    page.locator(".launch").click()
    page.locator("input[type=file]").set_input_files(picture)
    expect(page.locator(".visitor img")).to_be_visible()
    (event,) = heard(page, agent, 1)
    assert [file["name"] for file in event["files"]] == ["ein Zelt.png"]
    with page.expect_download() as download:
        page.locator(".visitor .file").click()
    assert download.value.suggested_filename == "ein Zelt.png"
    assert Path(str(download.value.path())).read_bytes() == picture.read_bytes()
    program = tmp_path / "a.exe"
    program.write_bytes(b"MZ")
    page.locator("input[type=file]").set_input_files(program)
    expect(page.locator(".trouble")).to_contain_text("not taken")


def test_by_keyboard_alone(context: BrowserContext, shop: Shop) -> None:
    page = visit(context, shop)
    page.keyboard.press("Tab")
    expect(page.locator(".launch")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(".launch")).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".visitor .words")).to_have_text("one\ntwo", use_inner_text=True)
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".launch")).to_be_focused()


@pytest.mark.parametrize("lang", ["en", "zh", "de"])
def test_nothing_is_in_the_way_of_a_screen_reader(context: BrowserContext, shop: Shop, agent: Agent, lang: str) -> None:
    shop.lang = lang
    page = visit(context, shop)
    page.locator(".launch").click()
    page.locator("textarea").fill("hello")
    page.keyboard.press("Enter")
    event = heard(page, agent, 1)[0]
    agent.answer(event["visitor"], "Look: https://shop.example/tents")
    expect(page.locator(".agent a")).to_be_visible()
    assert violations(page) == []


def test_signing_in_and_out_changes_the_chat(context: BrowserContext, shop: Shop, relay: Relay, agent: Agent) -> None:
    user = secrets.token_hex(4)
    page = visit(context, shop)
    say(page, "nobody yet")
    shop.more = f'data-user-id="{user}" data-user-hash="{user_hash(user)}" data-name="Ana"'
    page.reload()
    say(page, "it is me")
    expect(page.locator(".words")).to_have_text(["it is me"])
    (event,) = heard(page, agent, 1)
    assert (event["user"], event["name"]) == (user, "Ana")
    other = context.browser.new_context()  # type: ignore[union-attr]
    elsewhere = visit(other, shop)
    elsewhere.evaluate("0")
    say(elsewhere, "on my phone")
    expect(elsewhere.locator(".fate")).to_have_text("Sent")
    other.close()
    expect(page.locator(".words")).to_have_text(["it is me", "on my phone"])
    shop.more = ""
    page.reload()
    page.locator(".launch").click()
    expect(page.locator(".words")).to_have_text(["nobody yet"])


def test_a_page_signs_in_and_out_without_a_reload(context: BrowserContext, shop: Shop, agent: Agent) -> None:
    user = secrets.token_hex(4)
    page = visit(context, shop)
    say(page, "nobody yet")
    (before,) = heard(page, agent, 1)
    page.evaluate("who => OmniChat.identify(who)", {"userId": user, "userHash": user_hash(user)})
    expect(page.locator(".words")).to_have_count(0)
    say(page, "it is me")
    (event,) = heard(page, agent, 1)
    assert (event["user"], before["user"]) == (user, "")
    agent.answer(before["visitor"], "to nobody")
    agent.answer(event["visitor"], "to you")
    expect(page.locator(".words")).to_have_text(["it is me", "to you"])
    page.evaluate("OmniChat.identify(null)")
    expect(page.locator(".words")).to_have_text(["nobody yet", "to nobody"])


def test_the_form_claims_and_a_planted_token_opens_nothing(context: BrowserContext, shop: Shop, tmp_path: Path) -> None:
    with chatting(tmp_path / "relay", shop.url, 'ask = "email"\ntexts = { greeting = "Hi there" }') as relay:
        before, shop.relay = shop.relay, relay.url
        try:
            page = visit(context, shop)
            page.evaluate("localStorage.setItem('omni-chat:help', 'omv_planted')")
            page.reload()
            page.locator(".launch").click()
            expect(page.locator(".hello")).to_have_text("Hi there")
            page.get_by_label("Your message").fill("hello")
            page.keyboard.press("Enter")
            expect(page.get_by_label("Your e-mail address")).to_be_focused()
            expect(page.locator(".visitor")).to_have_count(0)
            page.get_by_label("Your name").fill("Ana")
            page.get_by_label("Your e-mail address").fill("ana@posteo.example")
            page.get_by_role("button", name="Send").click()
            expect(page.locator(".fate")).to_have_text("Sent")
            expect(page.get_by_label("Your name")).to_be_hidden()
            (event,) = Agent(relay).all_events()
            assert (event["name"], event["email"], event["user"]) == ("Ana", "ana@posteo.example", "")
            assert token(page) != "omv_planted"
        finally:
            shop.relay = before
            page.close()


def test_the_pages_policy_is_in_force(context: BrowserContext, shop: Shop, relay: Relay) -> None:
    """Or none of the tests above would say anything about it."""
    page = visit(context, shop)
    with page.expect_request("**/violations") as told:
        page.evaluate("document.body.append(Object.assign(document.createElement('style'), {textContent: 'p{}'}))")
    assert "style-src" in (told.value.post_data or "")
    assert told.value.response() is not None
    shop.violations.clear()


def test_a_foreign_page_gets_nothing(context: BrowserContext, relay: Relay, agent: Agent) -> None:
    foreign = Shop()
    foreign.relay = relay.url
    page = visit(context, foreign)
    page.locator(".launch").click()
    page.get_by_label("Your message").fill("let me in")
    page.keyboard.press("Enter")
    expect(page.locator(".trouble")).to_contain_text("No connection")
    assert [one for one in agent.all_events() if one.get("text") == "let me in"] == []
    assert page.evaluate("localStorage.getItem('omni-chat:help')") is None
    page.close()
    foreign.close()
