"""The demo as a whole, without a screen: real servers, the real engine, the real store, customers who answer."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from omni_tui.config.settings import Settings
from omni_tui.demo import clearing
from omni_tui.demo.place import Place
from omni_tui.demo.run import Stage, run, staged
from omni_tui.demo.staging import stage
from omni_tui.demo.world import generate
from omni_tui.desk import agents, drafts, inbox, query, replies, thread
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import Direction, OutboxState
from omni_tui.model.errors import Conflict, OmniError, UsageError
from omni_tui.store import Store, open_store
from omni_tui.text.mail.subject import base_subject

HANG_S = 60.0
"""Beyond the 40 s for which what cleans up behind a killed inbox waits for its engine to end."""


def until(reached: Callable[[], bool], what: str) -> None:
    """Look again until it is so; a hang guard, not a measurement."""
    end = time.monotonic() + HANG_S
    while not reached():
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A demo without traffic, synced and with its agents' work done."""
    with staged(tmp_path_factory.mktemp("demo") / "shop", 7, traffic=False) as stage:
        until(stage.place.staged.exists, f"the stage is set; see {stage.place.log}")
        yield stage


@pytest.fixture
def store(shop: Stage) -> Iterator[Store]:
    opened = open_store(shop.place.store, create=False)
    yield opened
    opened.close()


def rows(store: Store, text: str) -> tuple[ConversationRow, ...]:
    you = agents.who(store, "sam")
    return inbox.page(store, you, query.parse(text, time.time_ns() // 1_000_000), limit=1000)


def test_the_whole_world_is_in_the_store(store: Store) -> None:
    assert len(rows(store, "is:any")) >= 280
    assert 25 <= len(rows(store, "is:open")) <= 50
    assert len(rows(store, "is:bulk")) >= 15
    assert not any(row.bulk for row in rows(store, "is:open"))


def test_the_agents_have_been_at_work(store: Store) -> None:
    assert len({row.assignee for row in rows(store, "is:open")}) >= 4
    assert len(rows(store, "is:open assignee:me")) >= 2
    assert len(rows(store, "is:snoozed")) >= 3
    assert len(rows(store, "has:note")) >= 3
    assert len(rows(store, "tag:delivery")) >= 15
    assert sum(row.own_draft for row in rows(store, "is:open")) == 1
    assert {row.unread for row in rows(store, "is:open")} == {True, False}


def test_the_same_seed_gives_the_same_numbers(shop: Stage, store: Store) -> None:
    """The numbers follow the world alone: by the newest mail of each conversation in the INBOX."""
    world = generate(shop.place.seed, shop.place.began_at)
    newest: dict[tuple[str, str], int] = {}
    for conversation in world.conversations:
        came = [mail.at for mail in conversation.mails if mail.box == "INBOX"]
        if came and conversation.plan is not None:
            newest[conversation.address, base_subject(conversation.subject)] = max(came)
    numbered = sorted(rows(store, "is:any"), key=lambda row: row.ref)
    times = [at for row in numbered if (at := newest.get((row.address, base_subject(row.subject))))]
    assert len(times) > 200
    assert times == sorted(times, reverse=True)


def test_an_interrupted_stage_is_set_again_without_doing_anything_twice(shop: Stage, store: Store) -> None:
    def state() -> list[object]:
        you = agents.who(store, "sam")
        threads = [thread.open_thread(store, you, row.id) for row in rows(store, "is:open or is:snoozed or has:note")]
        told = [(opened.head, [m for m in opened.messages if m.direction is Direction.NOTE]) for opened in threads]
        return [told, drafts.mine(store, you)]

    world = generate(shop.place.seed, shop.place.began_at)
    before = state()
    assert stage(store, world)
    assert state() == before
    assert not stage(store, world, lambda: True)


def test_notes_leave_the_order_of_the_inbox_alone(store: Store) -> None:
    noted = {row.id for row in rows(store, "is:open has:note")}
    assert noted
    assert not noted & {row.id for row in rows(store, "is:open")[:3]}


@pytest.mark.parametrize("language", ["en", "zh", pytest.param("de", marks=pytest.mark.long)])
def test_a_customer_answers_what_you_send(shop: Stage, store: Store, language: str) -> None:
    you = agents.who(store, "sam")
    world = generate(shop.place.seed, shop.place.began_at)
    asking = {(c.address, base_subject(c.subject)) for c in world.conversations if c.plan and c.language == language}
    wanted = next(row for row in rows(store, "is:open") if (row.address, base_subject(row.subject)) in asking)
    before = thread.open_thread(store, you, wanted.id).messages
    queued = replies.reply(store, you, wanted.id, "We have sent it again today. 今天已经重新寄出。")
    until(lambda: replies.outbox_state(store, queued.outbox_id).state is OutboxState.SENT, "the reply leaves")

    def answered() -> bool:
        return thread.open_thread(store, you, wanted.id).messages[-1].direction is Direction.INBOUND

    until(answered, "the customer answers in the same conversation")
    after = thread.open_thread(store, you, wanted.id).messages
    assert [m.direction for m in after[len(before) :]] == [Direction.OUTBOUND, Direction.INBOUND]
    assert "We have sent it again today. 今天已经重新寄出。" in after[-1].text


def test_a_full_mailbox_refuses(store: Store) -> None:
    you = agents.who(store, "sam")
    (row,) = rows(store, "from:formula@fastpost.example")
    queued = replies.reply(store, you, row.id, "Done!")
    until(lambda: replies.outbox_state(store, queued.outbox_id).state is OutboxState.FAILED, "the refusal is known")
    assert "full" in replies.outbox_state(store, queued.outbox_id).error.lower()


def test_the_same_directory_cannot_be_open_twice(shop: Stage) -> None:
    with pytest.raises(Conflict), staged(shop.place.dir, 7, traffic=False):
        pass


def test_a_kept_world_is_opened_again(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with staged(kept, 3, traffic=False) as stage:
        until(stage.place.staged.exists, "the stage is set")
        first, ports = Place.load(kept), stage.settings.channels["support"]["imap_port"]
        assert stage.settings.kept
    config = kept / "config.toml"
    config.write_text(config.read_text() + '\n[screen]\ntheme = "light"\n')
    with staged(kept, 99, traffic=False) as stage:
        assert Place.load(kept) == first
        # What somebody changed stays, beside the ports of this time.
        assert stage.settings.screen.theme == "light"
        assert stage.settings.channels["support"]["imap_port"] != ports
        store = open_store(stage.place.store, create=False)
        assert len(rows(store, "is:any")) >= 280
        store.close()
    assert (kept / "store" / "omni.db").stat().st_mode & 0o077 == 0
    assert (kept / "config.toml").stat().st_mode & 0o077 == 0


def test_a_world_that_goes_says_so_of_its_configuration() -> None:
    with staged(None, 3, traffic=False, engine=False) as stage:
        assert not stage.settings.kept


def test_a_directory_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"), staged(tmp_path, 7):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_quitting_removes_everything() -> None:
    seen: list[Path] = []

    def screen(settings: Settings, note: str) -> int:
        assert note
        assert not settings.engine.autostart
        seen.append(settings.file.parent)
        assert settings.file.parent.stat().st_mode & 0o077 == 0
        return 4

    assert run(None, 7, False, open_inbox=screen) == 4
    assert not seen[0].exists()


@pytest.mark.parametrize("missing", ["pymap", "aiosmtpd"])
def test_without_its_servers_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(OmniError) as caught:
        run(None, open_inbox=lambda _settings, _note: 0)
    assert "omni-tui[demo]" in caught.value.hint


_SLEEPER = """
import sys, time
from omni_tui.demo.run import run
def screen(settings, note):
    print(settings.file.parent, flush=True)
    time.sleep(600)
sys.exit(run(None, 7, False, open_inbox=screen))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_removes_everything(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", _SLEEPER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        directory = Path(process.stdout.readline().strip())
        assert directory.name.startswith("omni-tui-demo-")
        assert directory.exists()
        os.kill(process.pid, number)
        process.wait(HANG_S)
    until(lambda: not directory.exists(), "the directory is removed")


@pytest.mark.long
def test_inbox_and_servers_killed_at_once_leave_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", _SLEEPER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        directory = Path(process.stdout.readline().strip())
        for each in (*_servers(directory), process.pid):
            os.kill(each, signal.SIGKILL)
        process.wait(HANG_S)
    until(lambda: not directory.exists(), "the directory is removed")


def _servers(directory: Path) -> Iterator[int]:
    """The process ids of the servers of the demo in ``directory``."""
    for told in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = told.read_bytes().split(b"\0")
            if b"omni_tui.demo.backstage" in words and os.fsencode(directory) in words:
                yield int(told.parent.name)


def test_a_directory_is_cleared_when_the_last_who_needs_it_is_gone(tmp_path: Path) -> None:
    room = tmp_path / "room"
    (room / "mail").mkdir(parents=True)
    inbox_end, server_end = os.pipe()
    held = os.dup(server_end)
    command = [sys.executable, "-I", "-S", clearing.__file__, str(room)]
    with subprocess.Popen(command, stdin=inbox_end) as process:
        try:
            os.close(inbox_end)
            os.close(server_end)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.1)
            assert room.exists()
            os.close(held)
            until(lambda: not room.exists(), "the directory is removed")
            # An engine that was just starting.
            (room / "store").mkdir(parents=True)
            until(lambda: not room.exists(), "it is removed once more")
        finally:
            process.kill()
