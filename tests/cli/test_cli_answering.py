"""``reply``, ``note``, ``outbox``: from the store to the customer, told in words and exit codes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.cli import Ran, run
from support.engines import wait_until
from support.shop import SHOP, Shop

from omni_tui.desk import channels, lease, outbox, thread
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Receipt, Refused
from omni_tui.model.conversation import ConversationRow
from omni_tui.store import Store


def eve(desk: Shop) -> ConversationRow:
    return desk.one("from:eve")


def claimed(desk: Shop) -> str:
    """Take the due reply as the engine would; its outbox id."""
    found = outbox.claim(desk.store, desk.epoch, 60_000, ["shop"])
    assert found is not None
    return found.outbox_id


def test_reply_is_stored_and_waits_for_the_engine(three: Shop) -> None:
    row = eve(three)
    ran = run("reply", row.ref, "It left today.")
    assert (ran.code, ran.out) == (0, "")
    assert "eve@example.com" in ran.err
    assert "No engine" not in ran.err
    found = outbox.claim(three.store, three.epoch, 60_000, ["shop"])
    assert found is not None
    assert found.command.text == "It left today."
    assert [party.address for party in found.command.to] == ["eve@example.com"]


def test_reply_says_when_no_engine_runs(three: Shop) -> None:
    lease.release(three.store, "tests", three.epoch)
    assert "omni-tui engine" in run("reply", eve(three).ref, "Hello").err


def test_reply_reads_stdin_and_keeps_it_whole(three: Shop) -> None:
    text = "Grüße,\n\n  indented 退款 \U0001f4e6\n"
    assert run("reply", eve(three).ref, "-", "--cc", "boss@shop.example", stdin=text.encode()).code == 0
    found = outbox.claim(three.store, three.epoch, 60_000, ["shop"])
    assert found is not None
    assert found.command.text.strip() == text.strip()
    assert [party.address for party in found.command.cc] == ["boss@shop.example"]
    assert run("reply", eve(three).ref, stdin=b"\xff\xfe").code == 2


def test_reply_json(three: Shop) -> None:
    row = eve(three)
    document = run("reply", row.ref, "Hello", "--json").json
    assert document["kind"] == "reply"
    assert (document["ref"], document["conversation_id"]) == (row.ref, row.id)
    assert document["outbox"]["state"] == "queued"
    assert document["to"] == [{"address": "eve@example.com", "name": ""}]
    planned = run("reply", row.ref, "Hello", "--json", "--dry-run").json
    assert planned["dry_run"] is True
    assert "outbox" not in planned


def test_a_delayed_reply_can_be_undone(three: Shop) -> None:
    row = eve(three)
    state = run("reply", row.ref, "Too early", "--delay", "600", "--json").json["outbox"]
    assert state["not_before"] > three.now() + 500_000
    assert outbox.claim(three.store, three.epoch, 60_000, ["shop"]) is None
    assert run("undo").code == 0
    assert run("outbox", "list", "--json").json["outbox"] == []
    assert eve(three).own_draft


def ended_by(desk: Shop, end: Callable[[Store, int, str], None]) -> Ran:
    """``reply --wait`` while an engine of ours brings the reply to ``end``."""
    results: list[Ran] = []
    number = eve(desk).ref
    waiting = threading.Thread(
        target=lambda: results.append(run("reply", number, "Hello", "--wait", "--timeout", "30"))
    )
    waiting.start()
    wait_until(lambda: outbox.unsettled(desk.store))
    end(desk.store, desk.epoch, claimed(desk))
    waiting.join(30)
    return results[0]


def test_wait_until_sent(three: Shop) -> None:
    ran = ended_by(three, lambda store, epoch, id: outbox.sent(store, epoch, id, Receipt("x")))
    assert ran.code == 0
    assert "Sent." in ran.err


def test_wait_tells_a_refusal(three: Shop) -> None:
    ran = ended_by(three, lambda store, epoch, id: outbox.failed(store, epoch, id, "550 no such user"))
    assert ran.code == 5
    assert "550 no such user" in ran.err


def test_wait_tells_what_nobody_knows(three: Shop) -> None:
    ran = ended_by(three, lambda store, epoch, id: outbox.uncertain(store, epoch, id, "connection lost"))
    assert ran.code == 1
    assert "may have been sent" in ran.err


def test_waiting_ends(three: Shop) -> None:
    ran = run("reply", eve(three).ref, "Hello", "--wait", "--timeout", "1")
    assert ran.code == 1
    assert "queued" in ran.err


def test_note_stays_inside(three: Shop) -> None:
    row = eve(three)
    assert run("note", row.ref, "-", stdin=b"She called.").code == 0
    assert outbox.unsettled(three.store) == ()
    (note,) = [
        message
        for message in run("show", row.ref, "--json").json["thread"]["messages"]
        if message["direction"] == "note"
    ]
    assert (note["text"], note["agent"]) == ("She called.", "ana")


@pytest.fixture
def refused(three: Shop) -> Shop:
    run("reply", eve(three).ref, "Hello")
    outbox.failed(three.store, three.epoch, claimed(three), "550 \x1b[2Jno")
    return three


def test_outbox_lists_what_is_not_sent(refused: Shop) -> None:
    ran = run("outbox", "list")
    assert f"#{eve(refused).ref}" in ran.out
    assert "failed" in ran.out
    assert "\x1b" not in ran.out
    (row,) = run("outbox", "list", "--json").json["outbox"]
    assert (row["ref"], row["outbox"]["state"]) == (eve(refused).ref, "failed")


def test_outbox_retry_and_cancel(refused: Shop) -> None:
    number = eve(refused).ref
    assert run("outbox", "retry", number, "--dry-run").code == 0
    assert outbox.unsettled(refused.store)[0].outbox.state == "failed"
    assert run("outbox", "retry", number, "--json").json["outbox"]["state"] == "queued"
    late = run("outbox", "retry", number)
    assert late.code == 4
    assert run("outbox", "cancel", outbox.unsettled(refused.store)[0].outbox.id).code == 0
    assert outbox.unsettled(refused.store) == ()
    assert eve(refused).own_draft
    assert run("outbox", "cancel", number).code == 3


def test_cancel_of_what_some_have_leaves_it_at_that(three: Shop) -> None:
    number = eve(three).ref
    run("reply", number, "Hello", "--cc", "boss@example.com")
    missing = Receipt(deferred=(Refused("boss@example.com", "450 greylisted"),))
    outbox.sent(three.store, three.epoch, claimed(three), missing)
    assert "450 greylisted" in run("outbox", "list").out
    ran = run("outbox", "cancel", number)
    assert ran.code == 0 and "others have it" in ran.err
    assert not eve(three).own_draft
    assert "boss@example.com did not get it" in run("show", number).out


def test_an_answer_to_somebody_else_than_before_is_said_and_asked_for(three: Shop) -> None:
    row = eve(three)
    three.receive("eve@example.com", "Use my other address", reply_to=(Address("other@example.org"),))
    (row,) = three.rows("other address")
    planned = run("reply", row.ref, "Hello", "--dry-run", "--json")
    assert planned.json["changed"] is True
    assert "other@example.org" in planned.err and "not to eve@example.com" in planned.err
    refused = run("reply", row.ref, "Hello")
    assert refused.code == 4 and "--yes" in refused.err
    assert outbox.claim(three.store, three.epoch, 60_000, ["shop"]) is None
    assert run("reply", row.ref, "Hello", "--yes").code == 0
    found = outbox.claim(three.store, three.epoch, 60_000, ["shop"])
    assert found is not None and [party.address for party in found.command.to] == ["other@example.org"]


def test_files_are_sent_along_and_can_be_fetched_again(three: Shop, tmp_path: Path) -> None:
    row = eve(three)
    invoice = tmp_path / "Rechnung März.pdf"
    invoice.write_bytes(b"%PDF-1.7 \x00\xff")
    refused = run("reply", row.ref, "Here", "--attach", str(invoice))
    assert refused.code == 2 and "No files" in refused.err
    channels.register(three.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))
    assert run("reply", row.ref, "Here", "--attach", str(invoice)).code == 0
    found = outbox.claim(three.store, three.epoch, 60_000, ["shop"])
    assert found is not None
    assert [(file.name, file.mime, file.data) for file in found.command.files] == [
        ("Rechnung März.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")
    ]
    opened = thread.open_thread(three.store, three.agent, row.id)
    [kept] = opened.messages[-1].attachments
    assert thread.attachment(three.store, kept.id)[2] == b"%PDF-1.7 \x00\xff"
    assert run("reply", row.ref, "Here", "--attach", str(tmp_path / "no")).code == 3
