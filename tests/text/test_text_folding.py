"""Character by character a text becomes what Unicode makes of it as a whole, or the short way is not taken."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omni_tui.text.folding import normalise, spaced
from omni_tui.text.segment import index_tokens

LATIN = "AzÄßéÅÇøŁĳŉǅſΩςΆϊЙё№™ªº½①ⅣＡ９＿…—„“’\xa0\xad\u200b\u2060\ufeff´¨😀\ufe0f\u200d👍🏽_-@ \n7"
UNSPACED = "退款申请カタがぱ한국々ー〇"
MARKS = "\u0301\u0308\u3099ﾞｶ゛\u1100\u1161\u11a8ำ\u0345𠀀ß\ud800\x85\u2028"


def plainly(text: str) -> str:
    return "".join(each if each.isalnum() else " " for each in normalise(text))


@given(st.text(LATIN) | st.text(UNSPACED + "Az9Å，（） \n") | st.text(LATIN + UNSPACED + MARKS))
@example("ＯＫ，退款！")
@example("x\u0301y")
def test_the_short_way_gives_what_the_whole_text_becomes(text: str) -> None:
    found = spaced(text)
    if found is not None:
        folded, unspaced = found
        assert folded == plainly(text)
        assert all(each in unspaced or each.isascii() for each in folded) or not unspaced


@pytest.mark.parametrize("text", ["refund", "Größe „M“ – 30 €", "退款，订单 SO-1", "カタカナー", "환불 OK", "Заказ №5"])
def test_most_mail_goes_the_short_way(text: str) -> None:
    assert spaced(text) is not None


@pytest.mark.parametrize("text", ["e\u0301", "が".replace("が", "か\u3099"), "ｶﾞ", "ภาษา", "\u1112\u1161\u11ab", "𠀀"])
def test_what_folds_together_does_not(text: str) -> None:
    assert spaced(text) is None
    assert index_tokens(text)


@pytest.mark.parametrize("char", map(chr, range(0x80, 0x100)), ids=ascii)
def test_each_character_of_latin_1_becomes_what_it_becomes_alone(char: str) -> None:
    text = f"A{char}ÿ {char}"
    assert spaced(text) == (None if char < "\xa0" else (plainly(text), ""))


def test_a_text_of_all_alphabets_is_not_gone_through_for_each_of_its_characters() -> None:
    assert spaced("".join(map(chr, range(0x410, 0x450)))) is not None
    assert spaced("".join(map(chr, range(0x100, 0x240)))) is None


def test_every_character_that_is_folded_alone_folds_the_same_among_others() -> None:
    alone = [char for char in map(chr, range(0xA0, 0xD800)) if spaced(char) is not None]
    assert len(alone) > 30_000
    for step in (1, 7):
        row = "".join(alone[::step])
        assert normalise(row) == "".join(map(normalise, alone[::step]))
