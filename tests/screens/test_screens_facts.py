"""A thread on the screen says in its caution ink what speaks against a sender, and sums up what is attached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.shop import Shop

from omni_tui.config.settings import Settings
from omni_tui.desk import outbox, replies
from omni_tui.desk.thread import open_thread
from omni_tui.model.commands import Receipt, Refused
from omni_tui.model.facts import Facts, Invite, SenderWarning, Verdict
from omni_tui.screens.context import Context, Look
from omni_tui.screens.draw.ink import Line
from omni_tui.screens.draw.tones import tones_for
from omni_tui.screens.thread.blocks import lay_out


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path / "store")
    yield made
    made.store.close()


def lines(desk: Shop) -> list[Line]:
    context = Context(Settings(Path("x")), desk.agent, Look(tones_for("dark")), zone=lambda: ZoneInfo("Europe/Berlin"))
    thread = open_thread(desk.store, desk.agent, desk.one().id)
    return [line for block in lay_out(thread, thread.messages, 100, context, unfolded=False) for line in block.lines]


def inked(found: list[Line], text: str) -> str:
    (ink,) = {span.ink for line in found for span in line if text in span.text}
    return ink


def test_what_is_odd_is_shown_in_the_caution_ink(desk: Shop) -> None:
    verdict, warning = Verdict("mx.shop.example", dmarc="fail"), SenderWarning("name_is_address", "a@bank.example")
    invite = Invite("REQUEST", "Call", start_at=1_793_696_400_000)
    desk.receive("anna@example.com", facts=Facts(verdict, (warning,), (invite,)))
    found = lines(desk)
    assert inked(found, "dmarc fail") == "caution bold"
    assert inked(found, "a@bank.example") == "caution"
    assert inked(found, "invitation: Call") == "soft"
    assert inked(found, "2026-11-03 10:00 CET") == "soft"


def test_a_pass_is_no_news(desk: Shop) -> None:
    desk.receive("anna@example.com", facts=Facts(Verdict("mx.shop.example", "pass", "pass", "pass")))
    assert not [span for line in lines(desk) for span in line if "pass" in span.text or "caution" in span.ink]


def test_who_did_not_get_an_answer_that_left_is_told(desk: Shop) -> None:
    desk.receive("anna@example.com")
    replies.reply(desk.store, desk.agent, desk.one().id, "Hello", cc=["boss@example.com"])
    claimed = outbox.claim(desk.store, desk.epoch, 60_000, ["shop"])
    assert claimed is not None
    outbox.sent(desk.store, desk.epoch, claimed.outbox_id, Receipt(refused=(Refused("boss@example.com", "550 no"),)))
    assert inked(lines(desk), "boss@example.com was refused: 550 no") == "alarm"
