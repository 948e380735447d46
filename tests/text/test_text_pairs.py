"""Short ways through a text give what the plain ones give."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.connectors.mail.message import external_id
from omni_tui.text.folding import normalise
from omni_tui.text.quotes import fold, lead
from omni_tui.text.segment import SINGLE, index_tokens
from omni_tui.text.stem import stem

PIECES = st.lists(
    st.sampled_from(
        ["退款申请", "请", "Refund", "x", "ø", " ", "-", "„", "“", "\n", "カタカナ", "한국", "𠀀𠮷", "9", "\ufffd"]
    ),
    max_size=12,
).map("".join)
_PIECE = re.compile(r"([退款申请カタナ\u1100-\u11ff한국𠀀𠮷]+)|([^\W_退款申请カタナ\u1100-\u11ff한국𠀀𠮷]+)")


@given(PIECES)
def test_pairs_and_words_stand_in_the_order_of_the_text(text: str) -> None:
    tokens: list[str] = []
    runs: list[str] = []
    for run, word in _PIECE.findall(normalise(text)):
        if word:
            tokens.append(stem(word))
        else:
            tokens.extend([*(a + b for a, b in pairwise(run)), run[-1]])
            runs.append(run)
    tokens.extend(SINGLE + each for each in dict.fromkeys("".join(runs)))
    assert index_tokens(text).split() == tokens


@given(
    st.lists(st.sampled_from(["From", "from", "DATE", "Subject", "X-From", "Fromage", "froM "]), max_size=6),
    st.integers(0, 3),
)
def test_a_mail_is_known_by_the_first_header_of_each_name(names: list[str], folds: int) -> None:
    """The same headers in other lines' company, folded elsewhere: the same mail."""
    lines = [f"{name}: value {n}" for n, name in enumerate(names)]
    first: dict[str, str] = {}
    for name, line in zip(names, lines, strict=True):
        if name.strip().lower() in ("from", "date", "subject"):
            first.setdefault(name.strip().lower(), line)
    kept = [line.replace(" value", "\n" + " " * (folds + 1) + "value") for line in first.values()]
    plain = external_id("\r\n".join(["Received: by y", *lines, "", "text"]).encode(), "id")
    assert plain == external_id("\n".join(["Received: by x", *kept, "", "text"]).encode(), "id")


@given(st.lists(st.sampled_from(["\r\n", "a", "\n", " ", "b\r\n"]), max_size=12).map("".join))
def test_a_mail_is_known_by_its_body_whatever_its_line_ends(body: str) -> None:
    known = external_id(f"From: a\n\n{body}".encode(), "id")
    assert external_id(f"From: a\r\n\r\n{body}".replace("\r\n", "\n").encode(), "id") == known
    # A return that ends no line is part of what was written.
    alone = external_id(f"From: a\n\n{body}\rc".encode(), "id")
    assert alone != external_id(f"From: a\n\n{body}c".encode(), "id")
    assert alone == external_id(f"From: a\n\n{body}\rc".replace("\r\n", "\n").encode(), "id")


@given(
    st.lists(st.sampled_from(["a ", "word", "  ", "\t", "\n", "> quoted\n", "a" * 90, "退款"]), max_size=300).map(
        "".join
    )
)
def test_the_first_words_are_those_of_all_words(text: str) -> None:
    assert lead(text) == " ".join(fold(text[:2000]).visible.split())[:200]


def test_as_many_words_as_a_list_has_room_for() -> None:
    assert lead("a  " * 300) == ("a " * 300)[:200]
