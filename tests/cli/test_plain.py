"""The line mode through a pipe: a script of lines goes in, sentences come out, and no escape sequence ever."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from support.shop import MINUTE, SHOP, Shop
from support.spoken import spoken

from omni_tui.cli import catalogue
from omni_tui.cli.app import load
from omni_tui.cli.plain.commands import handles
from omni_tui.cli.plain.words import keys_of, understood, vocabulary
from omni_tui.desk import agents, channels, drafts, triage
from omni_tui.desk.actions import ACTIONS, COMMANDS
from omni_tui.desk.thread import open_thread
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.enums import Direction, DraftMode, Status
from omni_tui.model.errors import UsageError
from omni_tui.model.message import MessageRow
from omni_tui.store import open_store

LENA = Address("lena@posteo.example", "Lena Hoffmann")


@pytest.fixture
def shop(desk: Shop) -> Shop:
    """Ben waits longest, Chen wrote in Chinese, Lena's is the newest; she tries what terminals obey."""
    now = desk.now()
    desk.receive(
        Address("ben@carver.example", "Ben Carver"), "The zip came off", subject="Zip", receipt_at=now - 300 * MINUTE
    )
    desk.receive(
        Address("chen@example.cn", "陈思远"), "你好，帐篷杆断了", subject="帐篷杆断了一节", receipt_at=now - 90 * MINUTE
    )
    hostile = "Still no \x1b]0;owned\x07movement \x9b31m.\n\nOn Monday, Shop wrote:\n> we sent it\n> last week\n"
    desk.receive(LENA, hostile, subject="Order \x1b[2J4417", receipt_at=now - 5 * MINUTE)
    return desk


def test_a_list_is_numbered_sentences_and_a_number_reads_one(shop: Shop) -> None:
    out = spoken("2", "q", "q")
    assert "Inbox: 3 conversations." in out
    assert "2. new, 陈思远: 帐篷杆断了一节. waits 1h." in out
    assert "3. new, Ben Carver: Zip. late, waits 5h." in out
    assert "你好，帐篷杆断了" in out
    assert "a reply goes to 陈思远 <chen@example.cn>" in out
    assert not shop.one("ref:1002").unread
    assert shop.one("ref:1001").unread


def test_a_question_ends_in_its_own_mark(shop: Shop) -> None:
    for who, subject in (("ida", "Where is it?"), ("ian", "在哪里？"), ("ivo", "Still waiting...")):
        shop.receive(Address(f"{who}@firm.example", who), "Hello", subject=subject, receipt_at=shop.now())
    out = spoken("q")
    assert "ida: Where is it? waits" in out
    assert "ian: 在哪里？ waits" in out
    assert "ivo: Still waiting... waits" in out


def test_the_end_of_a_text_is_none_of_its_folded_lines(shop: Shop) -> None:
    shop.receive(Address("ida@firm.example", "Ida"), "Yes.\n\n-- \nIda\nFirm\n", subject="It", receipt_at=shop.now())
    assert "[3 lines signature]" in spoken("1", "q", "q")


def test_reading_hostile_text_moves_nothing(shop: Shop) -> None:
    out = spoken("1", "Q", "H", term="xterm-256color")
    assert "movement" in out
    assert "> we sent it" in out


def test_answering_a_customer_in_lines(shop: Shop) -> None:
    out = spoken("1", "r", "Hello Lena,", "", "..it left today", ".", "q")
    assert "Reply by mail to Lena Hoffmann <lena@posteo.example>." in out
    assert "It leaves at" in out
    answer = _messages(shop, 1003)[-1]
    assert answer.text == "Hello Lena,\n\n.it left today"
    assert drafts.mine(shop.store, shop.agent) == ()


def test_a_note_is_called_a_note_and_undo_gives_it_back_as_a_draft(shop: Shop) -> None:
    out = spoken("1", "m", "Called her.", ".", "z")
    assert "will never see it" in out
    assert [draft.body for draft in drafts.mine(shop.store, shop.agent)] == ["Called her."]
    assert drafts.mine(shop.store, shop.agent)[0].mode is DraftMode.NOTE


def test_what_was_begun_when_the_input_ends_is_a_draft_and_goes_on_there(shop: Shop) -> None:
    spoken("1", "r", "First line", "second line")
    assert drafts.mine(shop.store, shop.agent)[0].body == "First line\nsecond line"
    out = spoken("1", "r", "third", ".u", ".p", ".", "q")
    assert "Gone: third" in out
    assert _messages(shop, 1003)[-1].text == "First line\nsecond line"


def test_a_draft_is_kept_or_thrown_away_when_asked(shop: Shop) -> None:
    spoken("1", "r", "x", ".q", "q", "q")
    assert drafts.mine(shop.store, shop.agent)[0].body == "x"
    spoken("1", "r", ".x", "q", "q")
    assert drafts.mine(shop.store, shop.agent) == ()


def test_a_file_goes_along_and_outlives_the_sitting(shop: Shop, tmp_path: Path) -> None:
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True, media_out=True))
    label, other = tmp_path / "label 标签.txt", tmp_path / "other.txt"
    label.write_text("to Lena")
    other.write_text("no")
    spoken("1", "r", f".a {other}", f".a {label}", ".a -1", ".a nowhere", "Here it is.")
    label.unlink()
    out = spoken("1", "r", ".", "q")
    assert "+ label 标签.txt" in out
    (file,) = _messages(shop, 1003)[-1].attachments
    assert file.name == "label 标签.txt"


def test_actions_by_word_by_key_and_on_several(shop: Shop) -> None:
    agents.who(shop.store, "bo", "Bo")
    spoken("tag 1 3 vip", "assign 2 bo", "t 1", "snooze 3 tomorrow 9", "L", "2", "red, blue")
    lena, chen, ben = shop.one("ref:1003"), shop.one("ref:1002"), shop.one("ref:1001")
    assert (lena.tags, lena.assignee) == (("vip",), "ana")
    assert chen.assignee == "bo"
    assert (ben.tags, ben.status) == (("vip",), Status.SNOOZED)
    # Numbers go on meaning what they meant when the list was told, though a snoozed row left it.
    assert set(chen.tags) == {"red", "blue"}


def test_resolving_opens_the_next_one_and_undo_brings_it_back(shop: Shop) -> None:
    out = spoken("1", "e", "z")
    assert "Resolved: #1003." in out
    assert out.index("Resolved: #1003.") < out.index("#1002  帐篷杆断了一节")
    assert shop.one("ref:1003").status is Status.OPEN


def test_a_list_of_many_is_told_in_pages_whose_numbers_go_on(shop: Shop) -> None:
    for number in range(12):
        shop.receive(f"someone{number}@example.com", "x", subject=f"S{number}")
    out = spoken("", "12", "q", "q")
    assert "10. " in out and "Enter tells the next ones." in out
    assert "11. new" in out and "15. new, Ben Carver" in out
    assert "#1005  S1" not in out.split("11. new")[0]


def test_searching_views_and_a_query_that_cannot_be_read(shop: Shop) -> None:
    out = spoken("/帐篷", "search zip", "views", "2", "from:", "/is:nonsense")
    assert out.count("Found: 1 conversation.") == 2
    assert "Nothing is assigned to you." in out
    assert "Character" in out


def test_verbs_of_the_command_line_work_as_they_are(shop: Shop) -> None:
    out = spoken(
        "customer lena", "tag 1003 --tag vip", "view save vip tag:vip", "outbox list", "reply 1003 -", "status"
    )
    assert "lena@posteo.example" in out
    assert shop.one("ref:1003").tags == ("vip",)
    assert "vip" in out.split("outbox")[0]


def test_running_verbs_are_not_offered(shop: Shop) -> None:
    assert "There is no 'restore' here." in spoken("restore x", "relay serve", "sql 'select 1'")


def test_misspelled_words_are_corrected(shop: Shop) -> None:
    assert "Did you mean resolve?" in spoken("resovle 1")
    assert shop.one("ref:1003").status is Status.OPEN


def test_what_a_colleague_did_since_it_was_told_is_not_undone(shop: Shop) -> None:
    bo = agents.who(shop.store, "bo", "Bo")
    with _Talk() as talk:
        talk.says("Inbox>")
        triage.resolve(shop.store, bo, [shop.one("ref:1003").id])
        talk.hears("s 1 tomorrow 9")
        talk.says("bo resolved #1003")
        assert shop.one("ref:1003").status is Status.RESOLVED
        talk.hears("Y")
        talk.says("Snoozed until")
    assert shop.one("ref:1003").status is Status.SNOOZED


def test_a_message_that_comes_meanwhile_is_told_before_the_next_prompt_and_holds_send_once(shop: Shop) -> None:
    with _Talk() as talk:
        talk.says("Inbox>")
        talk.hears("1")
        talk.says("#1003>")
        talk.hears("r")
        talk.says(".? lists")
        talk.hears("We will look.")
        shop.receive(LENA, "It came!", subject="Re: Order 4417", reply_keys=("m2@example",))
        shop.receive("zoe@example.com", "Hi", subject="Gloves")
        talk.hears(".")
        talk.says("A . sends all the same")
        assert "It came!" in talk.seen
        assert len(_messages(shop, 1003)) == 2
        talk.hears(".")
        talk.says("It leaves at")
        talk.says("New: #1004 zoe@example.com: Gloves")
    assert _messages(shop, 1003)[-1].text == "We will look."


def test_every_action_and_command_of_the_registry_is_known() -> None:
    assert [entry.name for entry in (*ACTIONS, *COMMANDS) if not handles(entry.name)] == []
    for place in ("list", "thread"):
        words = vocabulary({}, place)
        for entry in (*ACTIONS, *COMMANDS):
            for key in keys_of(entry, {}):
                assert understood(key, words).name == entry.name or entry.scope not in (place, "both", "anywhere")


def test_every_value_an_action_asks_for_has_an_option_of_its_verb() -> None:
    for each in ACTIONS:
        verb = load(catalogue.PLACES[each.verb]).command(each.verb.split()[-1])
        assert {param.name for param in each.params} <= {param.name for param in verb.params}, each.name


def test_actions_done_by_their_verbs(shop: Shop) -> None:
    out = spoken("priority 2 high", "O", "! 1", "link 3 2", "3", "#", "z", "split 1", "merge #1002", "#1003")
    assert shop.one("is:spam").ref == 1001
    assert shop.one("ref:1003").status is Status.OPEN
    assert "Who waits longest first." in out
    assert "Linked with #1002: #1003." in out
    assert shop.one("ref:1003").subject.startswith("Order")
    assert "One conversation now, #1003" in out


def test_keys_of_ones_own_hold_here_too() -> None:
    words = vocabulary({"resolve": "d"}, "list")
    assert understood("d 2", words).name == "resolve"
    with pytest.raises(UsageError):
        understood("e 2", words)


def test_an_empty_store_says_what_to_do(home: Path) -> None:
    out = spoken("q")
    assert "omni-tui channel add" in out
    assert "omni-tui demo" in out


def _messages(shop: Shop, ref: int) -> list[MessageRow]:
    found = open_thread(shop.store, shop.agent, shop.one(f"ref:{ref}").id)
    return [message for message in found.messages if message.direction is not Direction.EVENT]


class _Talk:
    """The line mode at the other end of two pipes."""

    def __enter__(self) -> _Talk:
        self.seen = ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "omni_tui", "--plain"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        return self

    def says(self, words: str) -> None:
        """Wait for these words."""
        assert self._process.stdout is not None
        while words not in self.seen:
            read = os.read(self._process.stdout.fileno(), 65536)
            assert read, self.seen
            self.seen += read.decode()

    def hears(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """The end of the input, and of the program."""
        self._process.communicate(timeout=60)

    def __exit__(self, *_error: object) -> None:
        if self._process.poll() is None:
            self.close()


@pytest.mark.long
def test_a_store_that_cannot_be_written_costs_no_line(shop: Shop, home: Path) -> None:
    with _Talk() as talk:
        talk.says("Inbox>")
        talk.hears("1")
        talk.says("#1003>")
        talk.hears("r")
        talk.says(".? lists")
        shop.store.close()
        with contextlib.closing(sqlite3.connect(shop.store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            talk.hears("We will look.")
            talk.says("the draft is in a file until it can")
            talk.close()
    assert "1 draft came back from last time." in spoken("1", "r", ".p", ".q")
    shop.store = open_store(shop.store.path)
    assert drafts.mine(shop.store, shop.agent)[0].body == "We will look."


def test_a_reader_that_has_enough_is_no_error(shop: Shop) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "omni_tui", "--plain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(b"?\n" * 50)
        process.stdin.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 141
