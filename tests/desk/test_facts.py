"""What a mail tells beyond its text is kept with it and told in words, times in the reader's zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from support.shop import Shop

from omni_tui.desk.facts import summary_sentences, warning_sentences
from omni_tui.desk.thread import open_thread
from omni_tui.model.facts import NO_FACTS, Card, Delivery, Facts, Invite, Sealing, SenderWarning, Verdict

FACTS = Facts(
    verdict=Verdict("mx.shop.example", "fail", "none", "pass"),
    warnings=(SenderWarning("name_is_address", "a@bank.example"),),
    invites=(
        Invite(
            "REQUEST",
            "Call",
            1_793_696_400_000,
            "",
            1_793_700_000_000,
            "",
            "Room 1",
            "Bo <bo@example.com>",
            repeats=True,
        ),
        Invite("PUBLISH", "Fair", start_local="2026-11-03", end_local="2026-11-05", more=2),
    ),
    cards=(Card("Anna", "Shop", ("anna@example.com",), ("+49 30 1234", "112")), Card(phones=("110",))),
    deliveries=(Delivery("anna@example.com", "failed", "5.1.1", "550 no such user"), Delivery("", "odd")),
    sealings=(Sealing("pgp"), Sealing("smime_signed"), Sealing("signed")),
)


@pytest.mark.parametrize("facts", [FACTS, NO_FACTS, Facts(verdict=Verdict("s", spf="pass"))])
def test_facts_are_kept(shop: Shop, facts: Facts) -> None:
    shop.receive("anna@example.com", facts=facts)
    (message,) = open_thread(shop.store, shop.agent, shop.one().id).messages
    assert message.facts == facts


def test_facts_in_words() -> None:
    assert warning_sentences(FACTS) == ["the name shows another address than the one it comes from: a@bank.example"]
    assert summary_sentences(FACTS, ZoneInfo("Europe/Berlin")) == [
        "encrypted with OpenPGP: only whoever has the key can read it, in a program that has it",
        "signed with S/MIME; the signature is not checked here",
        "signed; the signature is not checked here",
        "invitation: Call",
        "2026-11-03 10:00 CET - 11:00 · repeated · at Room 1 · by Bo <bo@example.com>",
        "event: Fair",
        "2026-11-03 - 2026-11-04 · 2 more events",
        "card: Anna · Shop · anna@example.com · +49 30 1234 · 112",
        "card: 110",
        "not delivered to anna@example.com: 5.1.1 550 no such user",
        "about the delivery to somebody: no reason was given",
    ]


def test_the_agents_zone_has_its_summer_time() -> None:
    summer = Facts(invites=(Invite("REQUEST", "Call", 1_783_065_600_000),))
    assert summary_sentences(summer, ZoneInfo("Europe/Berlin"))[1].startswith("2026-07-03 10:00 CEST")
    assert summary_sentences(summer, ZoneInfo("Asia/Tokyo"))[1].startswith("2026-07-03 17:00 JST")


def test_hostile_facts_are_safe_to_show() -> None:
    bad = "x\x1b]0;y\x07\u202e\nz"
    facts = Facts(
        warnings=(SenderWarning("?", bad),), invites=(Invite(bad, bad, start_local=bad),), cards=(Card(bad),),
        deliveries=(Delivery(bad, bad, bad, bad),),
    )  # fmt: skip
    for sentence in (*warning_sentences(facts), *summary_sentences(facts, ZoneInfo("UTC"))):
        assert sentence.isprintable()
