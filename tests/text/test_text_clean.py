"""Outside text is safe to show after ``clean`` and safe to keep after ``storable``."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.clean import clean, clean_line, storable, storable_line

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
HOSTILE = st.text(
    st.sampled_from(
        "ab \n\t\r\x00\x07\x1b[]m\x9b\x9d"
        "\u202e\u2066\u200b\u200c\u200d\u0301\u093f\u0915\u0627\ufe0f👩🏻❤️💻\ud800\U000e0041"
    ),
    max_size=40,
)
FORBIDDEN = set(range(0x20)) - {0x0A} | set(range(0x7F, 0xA0)) | {0x61C, 0x200E, 0x200F, 0x2028, 0x2029}
FORBIDDEN |= set(range(0x202A, 0x202F)) | set(range(0x2066, 0x206A)) | set(range(0xD800, 0xE000)) | {0x200B, 0xFEFF}
FORBIDDEN |= set(range(0xE0000, 0xE0080))


@given(ANY_TEXT | HOSTILE)
def test_nothing_a_terminal_obeys_is_left(text: str) -> None:
    assert not {ord(char) for char in clean(text)} & FORBIDDEN
    assert not {ord(char) for char in clean_line(text)} & (FORBIDDEN | {0x0A})


@given(ANY_TEXT | HOSTILE)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    line = clean_line(text)
    assert clean_line(line) == line


@given(ANY_TEXT | HOSTILE)
def test_marks_never_pile_up(text: str) -> None:
    run = 0
    start_of_line = True
    for char in clean(text):
        if unicodedata.category(char)[0] == "M":
            run += 1
            assert not start_of_line
            assert run <= 5
        elif char not in "\u200c\u200d":
            run = 0
            start_of_line = char == "\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ntext", "plain\ntext"),
        ("a\tb", "a   b"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b]0;owned\x07", "\ufffd]0;owned\ufffd"),
        ("\x1b]52;c;ZWNobw==\x1b\\", "\ufffd]52;c;ZWNobw==\ufffd\\"),
        ("\x9b31m", "\ufffd31m"),
        ("abc\u202excod.exe", "abc\ufffdxcod.exe"),
        ("zero\u200bwidth\ufeff so\u00adft", "zerowidth soft"),
        ("pay\u200dpal", "paypal"),
        ("👩‍💻 👨‍👩‍👧‍👦 ❤️ 👍🏽", "👩‍💻 👨‍👩‍👧‍👦 ❤️ 👍🏽"),
        ("می‌خواهم", "می‌خواهم"),
        ("क्‍ष", "क्‍ष"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 5),
        ("\u0301start", "start"),
        ("退款申请，谢谢！", "退款申请，谢谢！"),
        ("がぎ한국어 ภาษาไทย", "がぎ한국어 ภาษาไทย"),
        ("[@click=app.bell]x[/]", "[@click=app.bell]x[/]"),
        ("flag\U000e0067\U000e007f", "flag"),
        ("\ud83dx\x00", "\ufffdx\ufffd"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_an_endless_emoji_chain_is_broken_up() -> None:
    chain = "\u200d".join("👩" * 30)
    assert clean(chain).count("\u200d") == 7
    assert clean(chain).count("👩") == 30


def test_one_line() -> None:
    assert clean_line("  a\r\n\tb\x0b\x85\u2028c \n") == "a b c"


@given(ANY_TEXT | HOSTILE)
def test_storable_text_can_be_encoded_and_kept(text: str) -> None:
    kept = storable(text)
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert "\0" not in kept
    assert "\r" not in kept
    assert storable(kept) == kept
    assert "\n" not in storable_line(text)


def test_storable_keeps_what_only_showing_forbids() -> None:
    assert storable("a\x1b[31m\u202e\tb\r\n") == "a\x1b[31m\u202e\tb\n"
    assert storable_line("Subject\r\n Bcc: x@evil.example") == "Subject Bcc: x@evil.example"


@given(st.text(st.sampled_from("a\r\n "), max_size=12))
def test_every_form_of_line_end_is_stored_as_one(text: str) -> None:
    assert storable(text) == "\n".join(re.split("\r\n|\r|\n", text))


def test_naughty_strings() -> None:
    path = CORPORA / "naughty-strings.json"
    if not path.exists():
        pytest.skip("public corpora are not here")
    for text in json.loads(path.read_text()):
        shown = clean(text)
        assert not {ord(char) for char in shown} & FORBIDDEN
        assert clean(shown) == shown


@given(ANY_TEXT | HOSTILE)
def test_long_and_short_texts_are_judged_alike(text: str) -> None:
    """They are looked at in two ways, one for each length."""
    filler = "x" * 600
    assert clean(f"{filler}\n{text}") == f"{filler}\n{clean(chr(10) + text)[1:]}"
