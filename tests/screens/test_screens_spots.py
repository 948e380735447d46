"""Letters stand where something is named, whatever cells its signs take, and move nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.desk.named import Named
from omni_tui.screens.draw.ink import Span, behind, cells, parted
from omni_tui.screens.thread.blocks import Block
from omni_tui.screens.thread.spots import LETTERS, labels, overlaid, spots
from omni_tui.text.cells import width

LINK = Named("link", "https://x.example/a/b", "Mia")


def block(*lines: str) -> Block:
    head = (Span("  mail  Mia  mia@x.example"),)
    return Block("message", "m", (head, *((Span(" " * 8), Span(line)) for line in lines), ()))


@pytest.mark.parametrize("count", [0, 1, 9, 10, 17, 18, 81, 200])
def test_no_letters_begin_others_and_one_is_enough_for_nine(count: int) -> None:
    found = labels(count)
    assert len(found) == min(count, len(LETTERS) ** 2)
    assert not [one for one in found for other in found if one != other and other.startswith(one)]
    assert count > 9 or all(len(each) == 1 for each in found)


def test_a_link_over_two_lines_is_marked_where_it_begins() -> None:
    laid = block("这里：https://x.exam", "ple/a/b and https://x.example/a/bc")
    longer = Named("link", "https://x.example/a/bc", "Mia")
    assert [(spot.within, spot.cell, spot.named) for spot in spots(laid, [LINK, longer], range(9))] == [
        (1, 8 + 6, LINK),
        (2, 8 + 12, longer),
    ]
    # What begins above what is in view has no place to be marked at.
    assert [spot.named for spot in spots(laid, [LINK, longer], [2])] == [longer]


def test_a_phone_number_that_goes_on_in_the_next_line_has_its_letter() -> None:
    phone = Named("phone", "+44 20 7946 0958", "Mia")
    (spot,) = spots(block("call me at +44 20", "7946 0958 after six"), [phone], range(9))
    assert (spot.within, spot.cell) == (1, 8 + 11)
    # What is written without its spaces is another text, unless a line ends there.
    assert not list(spots(block("call me at +44 207946 0958"), [phone], range(9)))


def test_a_number_inside_another_is_none() -> None:
    order = Named("order", "1001", "Mia")
    (spot,) = spots(block("call 10012 or 51001", "订单1001号"), [order], range(9))
    assert (spot.within, spot.cell) == (2, 8 + 4)


TEXT = st.text(st.sampled_from("ab 号 。e\u0301👍🏽"), max_size=12)


@given(st.lists(TEXT, max_size=4), st.integers(0, 30), st.sampled_from(["a", "sd"]))
def test_nothing_moves_under_the_letters(texts: list[str], cell: int, letters: str) -> None:
    line = tuple(Span(text) for text in texts)
    marked = overlaid(line, [(cell, letters)])
    assert cells(marked) == max(cells(line), cell + len(letters))
    shown = "".join(span.text for span in parted(behind(marked, cell), len(letters))[0])
    assert shown == letters and width(shown) == len(letters)
