"""Writing in line mode: snippets, copies, moments to come and macros, each by number where it was not named."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest
from support.shop import SHOP, Shop
from support.spoken import spoken
from support.terminal import Terminal

from omni_tui.desk import channels, drafts, inbox, macros, snippets
from omni_tui.desk.query import parse
from omni_tui.desk.thread import open_thread
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.enums import Direction, Status
from omni_tui.model.message import MessageRow

LENA = Address("lena@posteo.example", "Lena Hoffmann")
CARL = Address("carl@post.example", "Carl")
TOM = Address("tom@posteo.example", "Tom")
_CODE = "import sys; sys.argv = ['omni-tui', '--plain']; from omni_tui.__main__ import main; sys.exit(main())"


@pytest.fixture
def shop(desk: Shop) -> Shop:
    channels.register(desk.store, "shop", "mail", SHOP.address, Capabilities(subject=True, cc=True, media_out=True))
    desk.receive(LENA, "Where is it?", to=(SHOP,), cc=(TOM,), subject="Order 4417")
    snippets.save(desk.store, desk.agent, "bye", "Best wishes,\n{agent}")
    snippets.save(desk.store, desk.agent, "hello", "Hello {customer_first},")
    return desk


def test_a_snippet_is_put_in_by_name_or_by_its_number(shop: Shop) -> None:
    out = spoken("1", "r", ".s hello", "It left.", ".s", "1", ".s nothing", ".p", ".q", "q", "q")
    assert "1. bye: Best wishes" in out
    assert drafts.mine(shop.store, shop.agent)[0].body == "Hello Lena,\nIt left.\nBest wishes,\nAna"
    assert "Draft kept." in out


def test_all_on_the_mail_get_a_copy_when_asked(shop: Shop) -> None:
    out = spoken("1", "r", "Hello all.", ".c", ".c boss@shop.test", ".q", "q", "q")
    assert "Not to tom@posteo.example, who are on the mail as well" in out
    assert "Copies to boss@shop.test, tom@posteo.example." in out
    out = spoken("1", "r", ".c", ".", "q", "q")
    assert "Copies to boss@shop.test, tom@posteo.example." in out, "the draft remembers whom it goes to"
    (answer,) = [each for each in _messages(shop) if each.direction is Direction.OUTBOUND]
    assert {each.address for each in answer.cc} == {"boss@shop.test"}, "everyone was taken off again"


def _messages(shop: Shop) -> tuple[MessageRow, ...]:
    return open_thread(shop.store, shop.agent, shop.one().id).messages


def test_a_draft_begun_before_somebody_wrote_is_held_once(shop: Shop) -> None:
    first = shop.receive(CARL, "Where is mine?", subject="Order 4418")
    spoken("1", "r", "It left.", ".q", "q", "q")
    shop.receive(CARL, "It arrived, thank you", reply_keys=(first.key,), subject="Re: Order 4418")
    (row,) = [row for row in shop.rows() if row.subject == "Order 4418"]
    out = spoken("1", "r", ".", ".q", "1", "r", ".", "q", "q")
    assert out.count("Somebody wrote while you were writing:") == 1, "it was shown"
    messages = open_thread(shop.store, shop.agent, row.id).messages
    assert [each.text for each in messages if each.direction is Direction.OUTBOUND] == ["It left."]


def test_an_answer_to_all_is_one_that_can_be_taken_up_again(shop: Shop) -> None:
    out = spoken("1", "reply-all", "To all of you.", ".q", "q", "q")
    assert "Copies to tom@posteo.example." in out
    spoken("1", "r", ".", "q", "q")
    answer = _messages(shop)[-1]
    assert (answer.text, [each.address for each in answer.cc]) == ("To all of you.", ["tom@posteo.example"])


def test_passing_on_and_writing_first_ask_for_what_is_missing(shop: Shop) -> None:
    out = spoken("forward 1", "carrier@post.example", "Where is 4417?", ".", "q", "q")
    assert "Forward to:" in out
    passed = _messages(shop)[-1]
    assert ([each.address for each in passed.to], passed.text) == (["carrier@post.example"], "Where is 4417?")
    out = spoken("compose", "new@post.example", "Your order", "It is ready.", "q", ".q", "q")
    assert "Draft kept." in out
    spoken("compose", ".", "q")
    (row,) = [row for row in shop.rows() if row.subject == "Your order"]
    (mail,) = open_thread(shop.store, shop.agent, row.id).messages
    assert ([each.address for each in mail.to], mail.text) == (["new@post.example"], "It is ready.\nq")


def test_an_answer_leaves_later(shop: Shop) -> None:
    out = spoken("1", "r", "In the morning.", ".l yesterday", ".l", "2d", ".", "z", "q", "q")
    assert out.count("It leaves ") == 2
    assert "calls it back until then" in out
    (draft,) = drafts.mine(shop.store, shop.agent)
    assert draft.body == "In the morning."


def test_a_macro_is_run_by_its_number_or_name(shop: Shop) -> None:
    macros.record(shop.store, shop.agent, "d", ["tag done", "resolve"], UTC, {})
    out = spoken("macro", "1", "1", "q")
    assert "1. d: tag done; resolve" in out
    (row,) = inbox.page(shop.store, shop.agent, parse("is:any", 0))
    assert (row.status, row.tags) == (Status.RESOLVED, ("done",))


def test_a_terminal_is_never_sent_an_escape(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "label.txt"
    file.write_text("to Lena")
    macros.record(shop.store, shop.agent, "d", ["tag done", "resolve"], UTC, {})
    terminal = Terminal(shop, {"TERM": "xterm-256color"}, code=_CODE, size=(60, 24))
    terminal.until(b"Inbox>")
    terminal.keys(f"r 1\n.s\n2\n.a {file}\n.c\n.l tomorrow 9\n.?\n.\n")
    terminal.until(b"z calls it back")
    terminal.keys("f\ncarrier@post.example\nLook:\n.\n")
    terminal.until(b"z calls it back until then.")
    terminal.keys("c\nnew@post.example\nYour order\nIt is ready.\n.\n")
    terminal.until(b"About Your order.")
    terminal.keys("q\n@ d 1\nq\nq\n")
    terminal.ends()
    assert b"\x1b" not in terminal.seen
    terminal.close()
