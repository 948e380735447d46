"""What a search found stands out in a terminal that shows colour, and nowhere else."""

from __future__ import annotations

import sys

import pytest

from omni_tui.cli.columns import print_columns


@pytest.mark.parametrize(
    ("term", "no_colour", "coloured"), [("xterm", "", True), ("dumb", "", False), ("xterm", "1", False)]
)
def test_hits_stand_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], term: str, no_colour: str, coloured: bool
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("NO_COLOR", no_colour)
    text = "\x1b[2J a 退款 for the lamp"
    print_columns(("REF", "FOUND"), [("#1", text)], marks=[((7, 9), (18, 22))])
    shown = capsys.readouterr().out
    assert ("\x1b[1;31m退款\x1b[0m" in shown) is coloured
    assert ("\x1b[1;31mlamp\x1b[0m" in shown) is coloured
    assert "\x1b[2J" not in shown and "FOUND" in shown
    assert shown.count("\x1b") == (4 if coloured else 0)


def test_a_pipe_gets_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_columns(("REF", "FOUND"), [("#1", "a lamp")], marks=[((2, 6),)])
    assert capsys.readouterr().out == "#1  a lamp\n"


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (60, ["REF    CUSTOMER    SUBJECT", "#1042  Ana Ferrer  Where is my parcel? 退款"]),
        (30, ["REF    CUSTOMER", "  SUBJECT", "#1042  Ana Ferrer", "  Where is my parcel? 退款"]),
        (20, ["REF    CUSTOMER", "  SUBJECT", "#1042  Ana Ferrer", "  Where is my.."]),
        (12, ["REF..", "  SUBJECT", "#1042  Ana..", "  Where is.."]),
    ],
)
def test_what_has_no_room_beside_the_others_stands_below(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: int, shown: list[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    text = "Where is my parcel? 退款"
    print_columns(("REF", "CUSTOMER", "SUBJECT"), [("#1042", "Ana Ferrer", text)], marks=[((20, 22),)])
    assert capsys.readouterr().out.splitlines() == shown
