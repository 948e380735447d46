"""``history`` numbers what was done, and ``undo`` and ``redo`` take the numbers."""

from __future__ import annotations

from support.cli import run
from support.shop import Shop


def test_an_act_is_listed_undone_and_done_again_by_its_number(three: Shop) -> None:
    ref = str(three.rows()[0].ref)
    run("tag", ref, "-t", "vip")
    run("priority", ref, "--level", "high")
    tag = next(act for act in run("history", ref, "--json").json["acts"] if act["verb"] == "tag")
    assert (tag["undone"], tag["why_not"], tag["changes"][0]["after"]) == (False, "", "vip")
    assert "can be undone" in run("history", ref).out
    undone = run("undo", str(tag["number"]))
    assert (undone.code, three.rows("tag:vip")) == (0, ())
    assert f"Undone (tag): #{ref}." in undone.err
    assert "undone" in run("history", ref).out
    assert run("undo", tag["id"]).code == 4
    assert run("redo", str(tag["number"])).code == 0
    assert [row.ref for row in three.rows("tag:vip")] == [int(ref)]
    assert run("undo", "99999").code == 3
    # The last act is still the last.
    assert "(priority)" in run("undo").err
