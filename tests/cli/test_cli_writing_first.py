"""``forward``, ``compose`` and ``outbox now``: what they store, say and refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cli import run
from support.shop import SHOP, Shop

from omni_tui.desk import channels, drafts, new_drafts, outbox
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Send
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import DraftMode


@pytest.fixture
def desk(desk: Shop) -> Shop:
    channels.register(desk.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))
    return desk


def left(desk: Shop) -> Send:
    found = outbox.claim(desk.store, desk.epoch, 60_000, ["shop"])
    assert found is not None
    return found.command


def test_forward_stores_the_customers_last_message(three: Shop) -> None:
    row = three.one("from:eve")
    document = run("forward", row.ref, "--to", "depot@carrier.example", "--note", "Here?", "--json").json
    assert (document["kind"], document["ref"], document["outbox"]["state"]) == ("forward", row.ref, "queued")
    assert document["to"] == [{"address": "depot@carrier.example", "name": ""}]
    sent = left(three)
    assert sent.passed_on is not None and sent.passed_on.text == "Where is my parcel, eve?"
    assert sent.text == "Here?"
    shown = run("show", row.ref)
    assert "forwarded by ana to depot@carrier.example" in shown.out
    (ours,) = [each for each in run("show", row.ref, "--json").json["thread"]["messages"] if each["forwards"]]
    assert ours["forwards"] == document["forwards"]


def test_forward_dry_run_writes_nothing_and_undo_takes_it_back(three: Shop) -> None:
    row = three.one("from:eve")
    planned = run("forward", row.ref, "--to", "depot@carrier.example", "--dry-run", "--json")
    assert planned.json["dry_run"] is True and "outbox" not in planned.json
    assert outbox.unsettled(three.store) == ()
    assert run("forward", row.ref, "--to", "depot@carrier.example", "--delay", "600").code == 0
    assert run("undo").code == 0
    assert outbox.unsettled(three.store) == () and three.one("from:eve").own_draft


def test_forward_takes_files_along_and_leaves_the_draft_alone(three: Shop, tmp_path: Path) -> None:
    (tmp_path / "label.pdf").write_bytes(b"%PDF-1.7")
    channels.register(three.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))
    row = three.one("from:eve")
    drafts.save(three.store, three.agent, row.id, DraftMode.FORWARD, "half", fields=DraftFields(of="x"))
    told = ("--to", "depot@carrier.example", "--file", tmp_path / "label.pdf", "--json")
    assert run("forward", row.ref, *told, "--dry-run").json["files"] == ["label.pdf"]
    assert run("forward", row.ref, *told).json["files"] == ["label.pdf"]
    assert [each.name for each in left(three).files] == ["label.pdf"]
    assert [each.body for each in drafts.mine(three.store, three.agent)] == ["half"]
    assert run("forward", row.ref, "--to", "depot@carrier.example", "--file", tmp_path / "no.pdf").code == 3


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--to", "nobody"), 2),
        (("--to", SHOP.address), 2),
        (("--to", "a@b.example", "--message", "9"), 3),
        (("--to", "a@b.example", "--channel", "fax"), 2),
        (("--to", "a@b.example", "--at", "2h", "--delay", "3"), 2),
    ],
)
def test_forward_refuses_in_words(three: Shop, arguments: tuple[str, ...], code: int) -> None:
    ran = run("forward", three.one("from:eve").ref, *arguments)
    assert ran.code == code and ran.err.strip()
    assert outbox.unsettled(three.store) == ()


def test_compose_begins_a_conversation_with_files(desk: Shop, tmp_path: Path) -> None:
    (tmp_path / "offer.pdf").write_bytes(b"%PDF-1.7")
    ran = run(
        *("compose", "--to", "Nina <nina@new.example>", "--subject", "Your tent", "It is ready."),
        *("--file", tmp_path / "offer.pdf", "--json"),
    )
    assert ran.json["files"] == ["offer.pdf"] and ran.json["ref"] == desk.one().ref
    sent = left(desk)
    assert ([each.address for each in sent.to], sent.subject, sent.text) == (
        ["nina@new.example"],
        "Your tent",
        "It is ready.",
    )
    assert [each.name for each in sent.files] == ["offer.pdf"]


def test_compose_undone_is_a_draft_and_nothing_else(desk: Shop) -> None:
    assert run("compose", "--to", "nina@new.example", "--subject", "Tent", "Ready", "--delay", "600").code == 0
    assert run("undo").code == 0
    assert desk.rows("is:any") == ()
    assert [each.body for each in new_drafts.mine(desk.store, desk.agent)] == ["Ready"]
    assert run("redo").code == 0
    assert desk.one().subject == "Tent"
    assert run("outbox", "cancel", desk.one().ref).code == 0
    assert desk.rows("is:any") == ()


def test_compose_refuses_in_words(desk: Shop) -> None:
    assert run("compose", "--to", "nina", "--subject", "x", "y").code == 2
    assert run("compose", "--to", "nina@new.example", "--subject", "", "y").code == 2
    channels.register(desk.store, "shop", "chat", "", Capabilities())
    refused = run("compose", "--to", "nina@new.example", "--subject", "x", "y", "--channel", "shop")
    assert refused.code == 2 and "only replies to who wrote there" in refused.err
    assert run("compose", "--to", "nina@new.example", "--subject", "x", "y").code == 4
    assert desk.rows("is:any") == ()


def test_outbox_now_sends_what_waits_for_later(three: Shop) -> None:
    row = three.one("from:eve")
    assert run("reply", row.ref, "Later", "--at", "2h").code == 0
    assert outbox.claim(three.store, three.epoch, 60_000, ["shop"]) is None
    assert run("outbox", "now", row.ref, "--json").json["outbox"]["state"] == "queued"
    assert left(three).text == "Later"
    assert run("outbox", "now", row.ref).code == 4
