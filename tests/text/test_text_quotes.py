"""The writer's words are told from quotes and signatures, in any language we know, and never all hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.quoted import QUOTES, SIGNATURES
from support.quoted_html import HTML_REPLIES, WORDS
from support.steps import grows_like_its_size

from omni_tui.text.html import html_to_text
from omni_tui.text.quotes import fold, lead, visible

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "email-reply-parser"
MINE = "Thanks, that works.\nBest, A."


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_a_quote_below_is_folded(quote: str) -> None:
    folded = fold(f"{MINE}\n\n{quote}\n")
    assert folded.visible == MINE
    assert next(part.kind for part in folded.parts if any(part.lines)) == "text"
    assert "quote" in [part.kind for part in folded.parts]


@pytest.mark.parametrize("html", HTML_REPLIES.values(), ids=HTML_REPLIES.keys())
def test_of_an_answer_in_html_the_writers_words_are_shown(html: str) -> None:
    assert visible(html_to_text(html)) in WORDS


@pytest.mark.parametrize("intro", ["", "From: Shop\nSent: Tuesday\nTo: Anna\n\n"])
def test_links_belong_to_whoever_names_them(intro: str) -> None:
    mark = "" if intro else "> "
    quoted = f"{intro}{mark}See our page [2] and your photo [1]"
    text = f"See my photo [1].\n\n{quoted}\n\n[1] https://a.example/x\n[2] https://b.example"
    assert visible(text) == "See my photo [1].\n\n[1] https://a.example/x"


def test_a_link_of_a_signature_goes_with_it() -> None:
    assert visible("Hello\n\nGet Outlook for iOS [1]\n\n[1] https://aka.ms/o0ukef") == "Hello"
    assert visible("Hello, see [1].\n\n[1] https://a.example") == "Hello, see [1].\n\n[1] https://a.example"


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
@pytest.mark.parametrize("quote", ["", "\n\n" + QUOTES["gmail en"]])
def test_signatures_are_folded(signature: str, quote: str) -> None:
    folded = fold(f"{MINE}\n\n{signature}{quote}")
    assert folded.visible == MINE
    assert "signature" in [part.kind for part in folded.parts]


def test_answers_between_quotes_stay_in_order() -> None:
    text = "On 3 Nov 2026 at 10:00, Shop <s@shop.example> wrote:\n> Which size?\n42\n> Which colour?\nRed\n"
    assert visible(text) == "42\n\nRed"


def test_the_armour_of_a_signed_text_is_folded() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nPlease cancel it.\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n"
    )
    assert visible(text) == "Please cancel it."
    assert lead(text) == "Please cancel it."


@pytest.mark.parametrize(
    "text",
    [
        "On your remote host you can run:\n\n  telnet\n\nand then I wrote:\nnothing at all",
        "I called at 10:30 and your colleague wrote:\nwe will refund you",
        "From: Berlin\nI come with two questions",
        "Sent from my desk, it is much easier than my phone.",
        "He said -- and I agree -- no.",
        "Enviado desde Sevilla el lunes, y no ha llegado.",
        "Descargar Outlook no sirve de nada.",
        "我从 Windows 电脑上发送了付款凭证，请查收",
        "コンビニから送信しました",
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


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_words_below_a_signature_stay_in_sight(signature: str) -> None:
    if signature.startswith("--"):
        pytest.skip("whatever stands below the delimiter is the signature")
    assert "One thing more" in visible(f"Hello.\n\n{signature}\n\nOne thing more: where is my parcel?")


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
def test_hostile_text_is_folded_whole(text: str) -> None:
    assert "\n".join(line for part in fold(text).parts for line in part.lines) == text


PIECES = (
    *("On ", "On a\n", "From: a\n", "a:\n", "> q\n", "-- \n", "- ", "-" * 20, "wrote:\n", "Sent: a\n", "2026-11-03 <"),
    *("On 1 a@b 10:00 wrote:\n", "| From |\n", "Am 1.1. um 10:00 schrieb\n", "&nbsp;", "Von meinem ", "\n", "\xa0\n"),
    *("_" * 30 + "\n", "在 2024 写道：\n"),
)


@pytest.mark.parametrize("piece", [*PIECES, *(text + "\n" for text in QUOTES.values())])
def test_folding_takes_time_as_the_text_is_long(piece: str) -> None:
    grows_like_its_size(fold, piece, 8_000)


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
