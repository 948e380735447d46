"""Tables of data stand in columns, tables that only place things are read in order, and nothing is lost in either."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.steps import grows_like_its_size

from omni_tui.text.cells import width
from omni_tui.text.html import html_to_text

CELL = st.text("ab退款é1", min_size=1, max_size=8)
ROWS = st.integers(2, 5).flatmap(
    lambda columns: st.lists(st.lists(CELL, min_size=columns, max_size=columns), min_size=2, max_size=6)
)


def table(rows: list[list[str]], attributes: str = "") -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table {attributes}>{body}</table>"


def shown(html: str) -> list[str]:
    return html_to_text(html).split("\n")


def test_columns_stand_below_each_other_whatever_their_width() -> None:
    rows = [["商品", "Anzahl", "Preis"], ["手机壳 rot", "2", "80,00 €"], ["Strap", "12", "9,00 €"]]
    assert shown(table(rows)) == [
        "商品        Anzahl    Preis",
        "手机壳 rot       2  80,00 €",
        "Strap           12   9,00 €",
    ]


def test_an_empty_cell_keeps_its_place() -> None:
    assert shown(table([["", "Mon", "Tue"], ["open", "9", ""], ["closed", "", "18"]])) == [
        "        Mon  Tue",
        "open      9",
        "closed        18",
    ]


def test_a_cell_over_several_columns_moves_none() -> None:
    html = (
        "<table><tr><td colspan=3>Your order of today, thank you</td></tr><tr><td>Case</td><td>1</td><td>9 €</td></tr>"
        "<tr><td>Band</td><td>10</td><td>80 €</td></tr><tr><td colspan=2>Total</td><td>89 €</td></tr></table>"
    )
    assert shown(html) == ["Your order of today, thank you", "Case   1   9 €", "Band  10  80 €", "Total     89 €"]


def test_a_table_in_a_quote_stays_in_it() -> None:
    html = f"<blockquote>you wrote{table([['A', '1'], ['Bbb', '200']])}bye</blockquote>"
    assert shown(html) == ["> you wrote", "> A      1", "> Bbb  200", "> bye"]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        (table([["A", "1"], ["Bbb", "200"]], "role=presentation"), ["A  1", "Bbb  200"]),
        (table([["A", "1"]]), ["A  1"]),
        (table([["only"], ["one"], ["column"]]), ["only", "one", "column"]),
        (table([["first<br>second", "1"], ["Bbb", "200"]]), ["first", "second", "1", "Bbb  200"]),
        (table([["x" * 60, "y" * 60], ["a", "b"]]), [f"{'x' * 60}  {'y' * 60}", "a  b"]),
        (table([["left", table([["A", "1"], ["Bbb", "200"]])], ["b", "c"]]), ["left  A  1", "Bbb  200", "b  c"]),
    ],
    ids=["presentation", "one row", "one column", "lines in a cell", "too wide", "beside something"],
)
def test_what_is_no_data_is_read_in_order(html: str, lines: list[str]) -> None:
    assert shown(html) == lines


def test_a_table_of_data_inside_one_that_places_things() -> None:
    assert shown(table([[table([["A", "1"], ["Bbb", "200"]])], ["foot"]])) == ["A      1", "Bbb  200", "foot"]


def test_links_in_cells_keep_their_numbers() -> None:
    rows = [['<a href="https://a.example/1">Track</a>', "1"], ["Other one", "200"]]
    assert shown(table(rows)) == ["Track [1]    1", "Other one  200", "", "[1] https://a.example/1"]


@given(ROWS)
def test_aligned_or_not_a_table_says_the_same(rows: list[list[str]]) -> None:
    aligned, linear = shown(table(rows)), shown(table(rows, "role=presentation"))
    assert [line.split() for line in aligned] == [line.split() for line in linear]
    assert max(map(width, aligned)) <= 76
    # Every column begins or ends in one place.
    for column in range(len(rows[0])):
        starts, ends = set(), set()
        for line, row in zip(aligned, rows, strict=True):
            at = 0
            for cell in row[: column + 1]:
                at = line.index(cell, at) + len(cell)
            ends.add(width(line[:at]))
            starts.add(width(line[: at - len(row[column])]))
        assert len(starts) == 1 or len(ends) == 1 or len({width(row[column]) for row in rows[1:]}) > 1


@pytest.mark.parametrize(
    "piece",
    ["<table><tr><td>a<td>b<tr><td>c<td>d</table>", "<tr><td>a<td>b", "<td>a", "<table><tr><td>", "<td colspan=9>1"],
)
def test_tables_take_time_as_they_are_long(piece: str) -> None:
    grows_like_its_size(lambda html: html_to_text("<table>" + html + "</table>"), piece, 20_000)
