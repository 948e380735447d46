"""``status --format``: numbers for a status bar, only what is asked for, and mistakes told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.cli import run
from support.shop import MINUTE, Shop

from omni_tui.desk import drafts, triage
from omni_tui.model.enums import DraftMode


def line(template: str) -> str:
    ran = run("status", "--format", template)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_views_and_what_else_is_counted(three: Shop) -> None:
    eve, finn, _gus = sorted(three.rows(), key=lambda row: row.ref)
    triage.take(three.store, three.agent, [eve.id])
    drafts.save(three.store, three.agent, finn.id, DraftMode.REPLY, "x")
    three.receive("old@example.com", "x", subject="Old", receipt_at=three.now() - 300 * MINUTE)
    assert line("{inbox} {mine} {1} {unread} {late} {drafts} {failed} {trouble}") == "4 1 4 4 1 1 0 0\n"


def test_what_is_none_is_left_out(three: Shop) -> None:
    assert line("{inbox} in{late?, # late}{snoozed? #z}{engine? off}") == "3 in\n"
    three.receive("old@example.com", "x", subject="Old", receipt_at=three.now() - 300 * MINUTE)
    assert line("{inbox} in{late?, # late}") == "4 in, 1 late\n"


def test_braces_and_styles_are_text(three: Shop) -> None:
    assert line("#[fg=red]{{{inbox}}} 100%") == "#[fg=red]{3} 100%\n"


def test_a_view_of_ones_own_by_name_and_number(three: Shop) -> None:
    assert run("view", "save", "parcels", "parcel").code == 0
    number = next(view["number"] for view in run("view", "list", "--json").json["views"] if view["name"] == "parcels")
    assert line(f"{{parcels}} {{{number}}}") == "3 3\n"


@pytest.mark.parametrize(("template", "words"), [("{inbx}", "inbox"), ("{inbox", "brace"), ("a}b", "brace")])
def test_a_mistake_is_told(three: Shop, template: str, words: str) -> None:
    ran = run("status", "--format", template)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_a_name_from_outside_does_not_reach_the_bar(three: Shop) -> None:
    three.receive("eve@example.com", "x", subject="#(reboot)\x1b]0;x\x07")
    assert "reboot" not in line("{inbox} {unread}")


def test_as_json(three: Shop) -> None:
    assert run("status", "--format", "{inbox}", "--json").json["line"] == "3"


def test_every_placeholder_that_is_documented_is_there(three: Shop) -> None:
    page = (Path(__file__).parents[2] / "docs" / "terminals.md").read_text(encoding="utf-8")
    table = page.partition("| placeholder | number |")[2].partition("Only what is named")[0]
    names = set(re.findall(r"\{([a-z]+)\??[^}]*\}", table))
    assert {"inbox", "unread", "late", "failed", "drafts", "trouble", "engine"} <= names
    for name in names:
        line(f"{{{name}}}")
    (bar,) = re.findall(r"status --format '([^']+)'", page)
    assert line(bar) == "0 mine, 3 new\n"
