"""An hour at the inbox, by script: mail arrives, is sorted, answered, merged, undone; one quits and comes back.

Every key is pressed in a real terminal, against a real mailbox. What the store holds afterwards is the truth that is
compared: every action once, every answer sent once, nothing lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from support import truth
from support.dovecot import Dovecot
from support.engines import wait_until
from support.shops import mail, mail_table, write_config
from support.smtp import SmtpServer
from support.tmux import Terminal, environment, inbox_command

MOST_MB = 80
"""Proportional memory of the inbox's own process after the hour; its engine is a process of its own."""


@dataclass
class Desk:
    """A shop with a mailbox, one customer who writes about many things, and an agent's terminal."""

    home: Path
    dovecot: Dovecot
    smtp: SmtpServer
    shop: str
    customer: str
    letters: int = 0
    acts: int = 0
    store: Path = field(init=False)
    command: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.home.chmod(0o700)
        self.store = self.home / "data" / "omni.db"
        config = write_config(self.home / "config.toml", {"support": mail_table(self.dovecot, self.smtp, self.shop)})
        config.write_text(config.read_text() + "[inbox]\nundo_send_s = 1\n")
        self.command = inbox_command(config, self.store)

    def terminal(self) -> Terminal:
        return Terminal(self.command, environment(self.home))

    def writes(self, count: int = 1) -> None:
        """So many mails arrive, each on something else."""
        for _n in range(count):
            self.letters += 1
            subject = f"Case {self.letters}"
            letter = mail(f"Lena <{self.customer}>", self.shop, f"Text {self.letters}", subject=subject)
            self.dovecot.deliver(self.shop, letter, sender=self.customer)

    def acted(self, terminal: Terminal) -> None:
        """Wait until one act more is stored, and no more than that."""
        self.acts += 1
        try:
            wait_until(lambda: self.count("acts") >= self.acts)
        except AssertionError as error:
            raise AssertionError(f"act {self.acts} was not stored:\n{terminal.screen()}") from error
        assert self.count("acts") == self.acts

    def count(self, table: str, where: str = "1 = 1") -> int:
        return int(truth.rows(self.store, f"SELECT count(*) FROM {table} WHERE {where}")[0][0])


@pytest.fixture
def desk(tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str) -> Iterator[Desk]:
    made = Desk(tmp_path, dovecot, smtp, shop, customer)
    yield made
    for process in psutil.process_iter(["cmdline"]):
        if str(made.store) in (process.info["cmdline"] or []):
            process.kill()


TRIAGE = (
    (("e",), "", False),
    (("t",), "", True),
    (("L",), "vip", True),
    (("p",), "high", True),
    (("s",), "tomorrow 9", False),
    (("U",), "", True),
)
"""Keys, what is typed into the prompt they open, and whether the row stays."""


def triage(desk: Desk, terminal: Terminal, count: int) -> None:
    """Sort so many, from the top down, while more arrives."""
    for n in range(count):
        keys, words, stays = TRIAGE[n % len(TRIAGE)]
        if keys == ("U",):
            # Only what was read can be marked unread.
            unread = desk.count("conversations", "unread = 1")
            terminal.press("Enter")
            wait_until(lambda unread=unread: desk.count("conversations", "unread = 1") < unread)
            terminal.press("q")
        terminal.press(*keys)
        if words:
            terminal.type(words)
            terminal.wait_for(words)
            terminal.press("Enter")
        desk.acted(terminal)
        if stays:
            terminal.press("j")
        if n % 10 == 9:
            desk.writes()
            wait_until(lambda: desk.count("conversations") == desk.letters)


def answer(desk: Desk, terminal: Terminal, count: int) -> None:
    """Answer so many, one behind the other."""
    for n in range(count):
        terminal.press("Enter", "r")
        terminal.wait_for("REPLY")
        text = f"This is answer {n + 1} of many."
        terminal.type(text)
        terminal.wait_for(text)
        terminal.press("C-j")
        desk.acted(terminal)
        terminal.press("q", "j")


def hour(desk: Desk, sorted_count: int, answered_count: int) -> None:
    spare = 6
    with desk.terminal() as terminal:
        wait_until(lambda: truth.health(desk.store).get("support") == ("ok", ""))
        desk.writes(sorted_count + answered_count + spare)
        wait_until(lambda: desk.count("conversations") == desk.letters)
        terminal.wait_for(f"Inbox {desk.letters}")
        terminal.press("Escape")
        terminal.wait_for("Inbox", gone="Seven keys")
        terminal.press("g", "g")
        terminal.wait_for(f"Case {desk.letters}")
        triage(desk, terminal, sorted_count)
        answer(desk, terminal, answered_count)
        terminal.press("G", "k", "x", "x", "M")
        terminal.wait_for("Merge 2 into")
        terminal.press("Enter")
        desk.acted(terminal)
        assert desk.count("conversations", "merged_into IS NOT NULL") == 1
        terminal.press("z")
        wait_until(lambda: desk.count("conversations", "merged_into IS NOT NULL") == 0)
        terminal.press("g", "g", "Enter", "r")
        terminal.wait_for("REPLY")
        terminal.type("Begun and not sent")
        terminal.wait_for("Begun and not sent")
        wait_until(lambda: truth.states(desk.store) == ["sent"] * answered_count)
        memory = psutil.Process(terminal.pid()).memory_full_info().pss / 1e6
        print(f"memory of the inbox after the hour: {memory:.1f} MB (PSS)")
        terminal.press("C-q")
        terminal.wait_for("ended with 0", gone="Traceback")
    before = truth.rows(desk.store, "SELECT id, status, unread, assignee_id, priority FROM conversations ORDER BY id")
    with desk.terminal() as terminal:
        terminal.wait_for("Inbox", "Case")
        terminal.press("Z")
        wait_until(lambda: desk.count("conversations", "merged_into IS NOT NULL") == 1)
        terminal.press("z")
        wait_until(lambda: desk.count("conversations", "merged_into IS NOT NULL") == 0)
        terminal.press("C-q")
        terminal.wait_for("ended with 0", gone="Traceback")
    rows = truth.rows(desk.store, "SELECT id, status, unread, assignee_id, priority FROM conversations ORDER BY id")
    assert rows == before
    check(desk, sorted_count, answered_count)
    assert memory <= MOST_MB


def check(desk: Desk, sorted_count: int, answered_count: int) -> None:
    """The truth of the store and of the customer's mailbox."""
    texts = [f"Text {n + 1}" for n in range(desk.letters)]
    assert sorted(truth.bodies(desk.store)) == sorted(texts)
    assert desk.count("conversations") == desk.letters
    kinds = [TRIAGE[n % len(TRIAGE)][0][0] for n in range(sorted_count)]
    verbs = {"e": "resolve", "t": "take", "L": "tag", "p": "priority", "s": "snooze", "U": "unread"}
    done = dict(truth.rows(desk.store, "SELECT verb, count(*) FROM acts GROUP BY verb"))
    assert done == {**{verbs[key]: kinds.count(key) for key in set(kinds)}, "reply": answered_count, "merge": 1}
    assert desk.count("conversations", "status = 'resolved'") == kinds.count("e")
    assert desk.count("conversations", "status = 'snoozed'") == kinds.count("s")
    assert desk.count("conversation_tags") == kinds.count("L")
    assert [body for (body,) in truth.rows(desk.store, "SELECT body FROM drafts")] == ["Begun and not sent"]
    mails = desk.dovecot.wait_for_mails(desk.customer, answered_count)
    assert len(mails) == answered_count
    for n in range(answered_count):
        assert sum(f"This is answer {n + 1} of many.".encode() in raw for raw in mails) == 1
    assert truth.sound(desk.store)
    for log in desk.home.rglob("*.log*"):
        assert "Traceback" not in log.read_text("utf-8", "replace"), log


def test_a_short_hour(desk: Desk) -> None:
    hour(desk, 12, 3)


@pytest.mark.long
def test_a_working_hour(desk: Desk) -> None:
    hour(desk, 100, 30)
