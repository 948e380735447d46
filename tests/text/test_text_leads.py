"""The first words of a text are the same whether its lines are looked at or not."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from omni_tui.text.plain_lead import plain_paragraphs
from omni_tui.text.quotes import LEAD, lead, visible

SAID = "it goes on and on with many words, and more of them"
LINE = st.sampled_from(
    [SAID] * 12
    + [""] * 6
    + [" ", "\xa0", "\t", "-- ", "--", "_" * 20, "-----", "> quoted", "＞ quoted", "On Monday I wrote to you", "\r"]
    + ["At the end of 10:30 bob@x.example wrote:", "wrote:", "From: a@b", "To: b@c", "date | x", "Date: now", "***"]
    + ["Sent from my iPhone", "发自我的iPhone", "10:30 ana@x.example 写道", "写道：", "Am Montag", "schrieb Ana:"]
    + ["--- Original Message ---", "---------- Forwarded message ---------", "begin forwarded message", "x" * 450]
    + ["-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----", "Hash: SHA256", "word " * 90]
)


@given(st.lists(LINE, max_size=40).map("\n".join))
@example("\n".join([SAID, "-- ", *[SAID] * 6, "", SAID]))
@example("\n".join([SAID, "--- Original Message ---", *[SAID] * 6, "", SAID]))
@example("\n".join([*[SAID] * 6, "Sent from my iPhone", "", "> quoted"]))
@example("\n".join([SAID[:40], "Sent from my " + "telephone " * 3, "", "> quoted"]))
@example("\n".join([*[SAID] * 3, "10:30 ana@x.example 写道", *[SAID] * 3, "", "> quoted"]))
def test_the_short_way_leads_to_the_same_words(text: str) -> None:
    assert lead(text) == " ".join(visible(text[: LEAD * 10]).split())[:LEAD]


def test_plain_paragraphs_take_the_short_way() -> None:
    said = "\n".join([SAID] * 6)
    assert plain_paragraphs(f"{said}\n\n> quoted", LEAD) == said
    assert not plain_paragraphs(said, LEAD), "no blank line follows"
    assert not plain_paragraphs(f"On Friday\n{said}\nana@post.example wrote:\n\n> quoted", LEAD)
