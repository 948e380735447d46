"""The side panel: acts are walked by keys and any of one's own is taken back there; the last order is told."""

from __future__ import annotations

import gettext
from datetime import UTC

import pytest
from support.inbox import Inbox, elsewhere, inbox, settings_for
from support.shop import MINUTE, Shop

from omni_tui.desk import agents, triage
from omni_tui.model.address import Address
from omni_tui.model.outcome import ActRow, JournalEntry
from omni_tui.screens.context import Context, Look
from omni_tui.screens.draw.tones import tones_for
from omni_tui.screens.panel.activity import activity_lines
from omni_tui.text import i18n

LENA = Address("lena@posteo.example", "Lena Hoffmann")


@pytest.fixture
def worked(shop: Shop) -> Shop:
    """On Lena's conversation ana set a tag and a priority, and wei resolved and reopened it."""
    lena = [shop.one("from:lena").id]
    triage.tag(shop.store, shop.agent, lena, ["vip"])
    triage.priority(shop.store, shop.agent, lena, "high")
    wei = agents.who(shop.store, "wei", "Wei")
    triage.resolve(shop.store, wei, lena)
    triage.reopen(shop.store, wei, lena)
    return shop


def tags(screen: Inbox) -> tuple[str, ...]:
    row = screen.screen.parts.list.pages.get(0)
    return row.tags if row is not None else ()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
async def test_an_act_is_chosen_and_taken_back(worked: Shop, size: tuple[int, int]) -> None:
    async with inbox(worked, size) as screen:
        await screen.until(lambda: tags(screen) == ("vip",))
        await screen.press("g", "z")
        # The newest of one's own is chosen: what a colleague did is nobody else's to take back.
        await screen.until(lambda: any(">" in line and "ana priority" in line for line in screen.lines()))
        await screen.shows("undo this act")
        await screen.press("k")
        await screen.shows("wei did it")
        await screen.press("z")
        await screen.shows("wei did that")
        await screen.press("j", "j")
        await screen.until(lambda: any(">" in line and "ana tag" in line for line in screen.lines()))
        await screen.press("z")
        await screen.until(lambda: tags(screen) == ())
        await screen.until(lambda: any("ana tag" in line and "undone" in line for line in screen.lines()))
        # The keys are still about this act, and nothing else went back.
        assert screen.screen.parts.panel.chosen is not None
        await screen.press("Z")
        await screen.until(lambda: tags(screen) == ("vip",))
        await screen.press("escape")
        await screen.until(lambda: not screen.screen.parts.panel.has_focus)
        await screen.press("z")
        await screen.shows("Undone: priority")


async def test_keys_stay_with_their_act_when_a_newer_one_comes(worked: Shop) -> None:
    lena = [elsewhere(lambda: worked.one("from:lena").id)]
    async with inbox(worked) as screen:
        await screen.until(lambda: tags(screen) == ("vip",))
        await screen.press("g", "z")
        await screen.until(lambda: any(">" in line and "ana priority" in line for line in screen.lines()))
        await screen.press("z")
        await screen.until(lambda: any("ana priority" in line and "undone" in line for line in screen.lines()))
        await screen.done_by_others(lambda: triage.tag(worked.store, worked.agent, lena, ["later"]))
        await screen.until(lambda: sum("ana tag" in line for line in screen.lines()) == 2)
        # What was chosen without a step, and is undone by now, is what Z is about.
        await screen.press("Z")
        await screen.until(lambda: any(">" in line and "ana priority" in line for line in screen.lines()))
        await screen.until(lambda: not any("undone" in line for line in screen.lines()))
        # Whoever comes anew begins with the newest of their own.
        await screen.press("g", "z")
        await screen.until(lambda: any(">" in line and "ana tag" in line for line in screen.lines()))
        assert screen.screen.parts.panel.chosen == screen.screen.parts.panel.facts.acts[0]


@pytest.fixture
def overtaken(worked: Shop) -> Shop:
    """Wei set the priority anew since, to what ana had set."""
    lena, wei = worked.one("from:lena").id, agents.who(worked.store, "wei")
    triage.priority(worked.store, wei, [lena], "urgent")
    triage.priority(worked.store, wei, [lena], "high")
    return worked


async def test_what_changed_since_is_said_and_stays(overtaken: Shop) -> None:
    async with inbox(overtaken) as screen:
        await screen.until(lambda: tags(screen) == ("vip",))
        await screen.press("g", "z")
        await screen.until(lambda: any(">" in line and "ana tag" in line for line in screen.lines()))
        await screen.press("k")
        await screen.shows("changed since by wei (priority)")
        await screen.press("z")
        await screen.shows("was changed since by wei (priority) and was left as it is.")


@pytest.fixture
def ordered(shop: Shop) -> Shop:
    """Lena named an order twice; what she wrote last names none."""
    shop.receive(LENA, "Where is my order LF-20931?", subject="Parcel", receipt_at=shop.now() - 200 * MINUTE)
    return shop


async def test_the_last_order_is_told_and_led_to(ordered: Shop) -> None:
    async with inbox(ordered, (200, 60)) as screen:
        # The conversation's own comes first: here the one its subject names.
        await screen.shows("Still no movement.")
        await screen.until(lambda: any("4417" in line and "named here" in line for line in screen.lines()))
        await screen.press("slash")
        await screen.type("parcel")
        await screen.press("enter")
        await screen.until(lambda: any("LF-20931" in line and "named here" in line for line in screen.lines()))
        await screen.press("g", "o")
        await screen.shows("Order LF-20931 was named here")


async def test_the_panel_shows_that_it_has_the_keys(shop: Shop) -> None:
    async with inbox(shop, (200, 60)) as screen:
        await screen.press("enter")
        await screen.until(lambda: screen.screen.parts.view.has_focus)
        assert ">Customer" not in screen.text()
        await screen.press("tab")
        await screen.shows(">Customer")
        await screen.press("tab")
        await screen.until(lambda: ">Customer" not in screen.text())


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program speaks Chinese."""
    catalogue = gettext.translation(i18n.DOMAIN, i18n.LOCALE_DIR, ["zh_CN"])
    monkeypatch.setattr(i18n, "_catalogue", lambda: catalogue)


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("field", "before", "after", "said"),
    [
        ("status", "open", "resolved", "状态 待处理 > 已解决"),
        ("priority", "normal", "high", "优先级 普通 > 高"),
        ("unread", "1", "0", "已读"),
        ("linked", "", "#1003", "已关联 + #1003"),
        ("merged", "", "#1004", "已合并 + #1004"),
        ("tag", "", "open", "标签 + open"),
    ],
)
def test_what_changed_is_told_in_the_language_of_the_agent(
    shop: Shop, field: str, before: str, after: str, said: str
) -> None:
    context = Context(settings_for(shop), shop.agent, Look(tones_for("dark")), shop.now, lambda: UTC)
    entry = JournalEntry(0, "ana", "x", field, before, after, False)
    act = ActRow("a", 1, 0, "ana", "x", (entry,), False, "")
    _head, line = activity_lines([act], 40, context).lines
    assert "".join(span.text for span in line).strip() == said
