"""A chat of a year, a form everybody writes by, a thread nobody answers: the next message costs what the first did."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.shop import Shop

from omni_tui.desk import ingest, thread
from omni_tui.model.address import Address
from omni_tui.model.events import Received
from omni_tui.store import sqlite_session

FORM = "form:eva"
STEPS = 10


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path / "file")
    yield shop
    shop.store.close()


def _words(shop: Shop, count: int) -> list[Received]:
    """Messages of one chat: each names the chat, and none of them is named by itself."""
    eva = Address("eva@post.example", "Eva")
    return [Received(shop.mail(eva, f"word {n}", subject="", key="", reply_keys=(FORM,))) for n in range(count)]


def _steps(shop: Shop, act: Callable[[], object], connection: sqlite3.Connection | None = None) -> int:
    """Steps of SQLite's machine that ``act`` takes, on the connection that writes unless another is named."""
    taken = [0]

    def count() -> None:
        taken[0] += STEPS

    connection = connection or shop.store._local.write.connection
    connection.set_progress_handler(count, STEPS)
    act()
    connection.set_progress_handler(None, 0)
    return taken[0]


def test_the_next_message_of_a_long_chat_costs_what_the_first_did(file: Shop) -> None:
    file.take(*_words(file, 20))
    short = _steps(file, lambda: file.take(*_words(file, 1)))
    file.take(*_words(file, 1500))
    long = _steps(file, lambda: file.take(*_words(file, 1)))
    assert len(file.rows()) == 1, "it is one conversation"
    assert long < 3 * short, f"{short} steps among 20 messages, {long} among 1,500"


def test_opening_a_long_chat_sorts_none_of_it(file: Shop) -> None:
    """A page of it is read, and who may be answered where: neither looks at all that was ever written."""
    (eva, ben) = (Received(file.mail(f"{name}@post.example", reply_keys=(f"form:{name}",))) for name in ("eva", "ben"))
    file.take(eva, ben, *_words(file, 2500))
    with file.store.read():
        pass  # the connection is there

    def opened(name: str) -> int:
        (row,) = file.rows(f"from:{name}@post.example")
        return _steps(
            file, lambda: thread.open_thread(file.store, file.agent, row.id), file.store._local.read.connection
        )

    short, long = opened("ben"), opened("eva")
    # The earlier ones are counted, and the channels of the last thousand told apart; nothing is sorted.
    assert long < short + 2500 * 30, f"{short} steps for one message, {long} for 2,500"


def test_who_has_a_name_is_found_behind_all_who_mention_it(file: Shop) -> None:
    """The first mail of a thread is named by hundreds; a customer's copy of it in another conversation is not it."""
    first = file.receive("eva@post.example", "the first", key="root@post.example")
    (row,) = file.rows()
    for n in range(70):
        file.receive("eva@post.example", f"number {n}", reply_keys=("root@post.example",))
    with file.store.read() as tx:
        found = tx.all("keyed_conversations", channel_id=file.channel_id, reply_key="root@post.example")
    assert [(each["conversation_id"], each["own"]) for each in found] == [(row.id, 1), (row.id, 0)]
    assert first.key == "root@post.example"


def test_what_is_asked_ahead_follows_what_goes_in(file: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one at a time goes in, a hundred are not asked about again for each of them."""
    asked: list[int] = []
    read_ahead = ingest.read_ahead

    def counted(tx: object, channel: object, stream: str, events: list[object], rules: object, *, live: bool) -> None:
        asked.append(len(events))
        read_ahead(tx, channel, stream, events, rules, live=live)  # type: ignore[arg-type]

    monkeypatch.setattr(ingest, "read_ahead", counted)
    monkeypatch.setattr(sqlite_session, "LONG_S", 0)
    words = _words(file, 80)
    assert file.take(*words).new == 80
    assert asked[0] == 80
    assert sum(asked[1:]) <= 2 * len(words)
