"""The writer's words are told from quotes and signatures, in any language we know, and never all hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.quotes import fold, visible

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "email-reply-parser"
MINE = "Thanks, that works.\nBest, A."
QUOTES = {
    "gmail": "On Tue, Nov 3, 2026 at 10:00 AM Shop <support@shop.example> wrote:\n\n> Hello\n> there",
    "gmail wrapped": "On Tue, Nov 3, 2026 at 10:00 AM Shop Support Team\n<support@shop.example>\nwrote:\n> Hello",
    "unmarked": "On Tuesday, November 3, 2026, 10:00:00 AM, Shop <s@shop.example> wrote:\n\nHello there\nold",
    "german": "Am Di., 3. Nov. 2026 um 10:00 Uhr schrieb Shop <support@shop.example>:\n\n> Hallo",
    "german thunderbird": "Am 03.11.26 um 10:00 schrieb Shop:\n> Hallo",
    "french": "Le mar. 3 nov. 2026 à 10:00, Shop <support@shop.example> a écrit :\n\n> Bonjour",
    "spanish": "El mar, 3 nov 2026 a las 10:00, Shop (<support@shop.example>) escribió:\n\n> Hola",
    "japanese": "2026年11月3日(火) 10:00 Shop <support@shop.example>:\n\n> こんにちは",
    "japanese wrote": "2026/11/03 10:00、Shop <support@shop.example>のメール:\n\n> こんにちは",
    "gmail zh": "Shop <support@shop.example> 于2026年11月3日周二 10:00写道：\n\n> 您好",
    "apple zh": "在 2026年11月3日，上午10:00，Shop <support@shop.example> 写道：\n\n> 您好",
    "163": "在 2026-11-03 10:00:00，\"Shop\" <support@shop.example> 写道：\n\n您好，\n请稍等",
    "qq": "---------- 原始邮件 ----------\n发件人: Shop <s@shop.example>;\n发送时间: 2026年11月3日\n\n您好",
    "qq en": "------------------\xa0Original\xa0------------------\nFrom: Shop\n\nHello",
    "foxmail": "发件人： Shop\n发送时间： 2026-11-03 10:00\n收件人： anna\n主题： Re: 退款\n您好",
    "outlook": "-----Original Message-----\nFrom: Shop\nSent: Tuesday\n\nHello",
    "outlook web": "____________________\nFrom: Shop <s@shop.example>\nSent: Tuesday\nTo: Anna\n\nHello",
    "outlook de": "Von: Shop\nGesendet: Dienstag, 3. November 2026 10:00\nAn: Anna\nBetreff: AW: x\n\nHallo",
    "bold fields": "*From:* Shop\n*Sent:* Tuesday\n*To:* Anna\n\nHello",
    "plain": "> Hello\n> there",
}  # fmt: skip


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_a_quote_below_is_folded(quote: str) -> None:
    folded = fold(f"{MINE}\n\n{quote}\n")
    assert folded.visible == MINE
    assert next(part.kind for part in folded.parts if any(part.lines)) == "text"
    assert "quote" in [part.kind for part in folded.parts]


@pytest.mark.parametrize(
    "signature",
    ["-- \nAnna\n+49 30 1234", "--\nAnna", "Sent from my iPhone", "发自我的 iPhone", "发自我的iPhone",
     "Von meinem iPhone gesendet", "Get Outlook for iOS",
     "iPhoneから送信", "Envoyé de mon iPhone", "Enviado desde mi iPhone"],
)  # fmt: skip
@pytest.mark.parametrize("quote", ["", "\n\n" + QUOTES["gmail"]])
def test_signatures_are_folded(signature: str, quote: str) -> None:
    folded = fold(f"{MINE}\n\n{signature}{quote}")
    assert folded.visible == MINE
    assert "signature" in [part.kind for part in folded.parts]


def test_answers_between_quotes_stay_in_order() -> None:
    text = "On 3 Nov 2026 at 10:00, Shop <s@shop.example> wrote:\n> Which size?\n42\n> Which colour?\nRed\n"
    assert visible(text) == "42\n\nRed"


@pytest.mark.parametrize(
    "text",
    [
        "On your remote host you can run:\n\n  telnet\n\nand then I wrote:\nnothing at all",
        "I called at 10:30 and your colleague wrote:\nwe will refund you",
        "From: Berlin\nI come with two questions",
        "Sent from my desk, it is much easier than my phone.",
        "He said -- and I agree -- no.",
        "Do you ship >50 pieces?\n>3 kg each?",
        "客服说：\n可以退款\n他写道：\n好的",
        "Am Montag schrieb ich Ihnen wegen der Bestellung 1042:\nes kam nie etwas an.",
        "---------- Forwarded message ---------\nFrom: Anna\nDate: today\nTo: me\n\nthe case",
    ],
)
def test_own_words_are_not_taken_for_quotes(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_a_message_is_never_hidden_whole(quote: str) -> None:
    assert visible(quote).strip() == quote.strip()
    assert visible("Sent from my iPhone") == "Sent from my iPhone"


LINES = st.sampled_from(
    ["", "text", "> q", ">> q", "-- ", "--", "On 1 Jan 2026 10:00 a@b wrote:", "wrote:", "On", "From: a", "To: b",
     "Subject: c", "Sent: d", "-----Original Message-----", "Sent from my iPhone", "在 2024 写道：", "_" * 30, " ",
     "\xa0", "Am 1.1. 10:00 schrieb x:"]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=20), max_size=30).map("\n".join))
def test_folding_loses_no_line(text: str) -> None:
    folded = fold(text)
    assert "\n".join(line for part in folded.parts for line in part.lines) == text
    assert bool(folded.visible.strip()) == bool(text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "On " * 8_000,
        "\n" * 20_000,
        ">" * 1_000_000,
        ">\n" * 200_000,
        "On a\n" * 100_000,
        "a:\n" * 200_000,
        "From: a\n" * 100_000,
    ],
)
def test_hostile_text_is_folded_in_one_pass(text: str) -> None:
    assert "\n".join(line for part in fold(text).parts for line in part.lines) == text


@pytest.mark.parametrize(
    ("name", "first", "gone"),
    [
        ("email_1_4.txt", "Awesome! I haven't had another problem with it.", "wrote:"),
        ("email_2_1.txt", "Outlook with a reply", "Original Message"),
        ("email_BlackBerry.txt", "Here is another email", "BlackBerry"),
        ("email_iPhone.txt", "Here is another email", "iPhone"),
        ("email_one_is_not_on.txt", "Thank, this is really helpful.", "wrote:"),
        ("email_sent_from_my_not_signature.txt", "Here is another email", "-----"),
        ("correct_sig.txt", "this is an email with a correct -- signature.", "rick"),
        ("greedy_on.txt", "On your remote host you can run:", "wrote:"),
        ("pathological.txt", "I think you're onto something.", "wrote:"),
        ("email_1_8.txt", "I will reply under this one", ">"),
    ],
)
def test_public_replies(name: str, first: str, gone: str) -> None:
    path = CORPUS / name
    if not path.exists():
        pytest.skip("public corpora are not here")
    shown = visible(path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n"))
    assert shown.startswith(first)
    assert gone not in shown
