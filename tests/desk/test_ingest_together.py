"""A batch is taken in together: what that asks of the store, and that it makes no difference to what is stored."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.shop import DAY, SHOP, Shop

from omni_tui.desk.storing import KEPT, LONGEST_LINE, storable_message
from omni_tui.model.address import Address
from omni_tui.model.events import Beginnings, Event, Received, RemoteAttachment, RemoteMessage, SentElsewhere
from omni_tui.store import Store, Writer, search_docs, sqlite_session
from omni_tui.store.waiting import mark
from omni_tui.text.clean import storable, storable_line

Rows = list[tuple[object, ...]]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path / "file")
    yield shop
    shop.store.close()


def _letters(shop: Shop, count: int) -> list[Event]:
    """Questions of ten customers and our answers to every other one, newest first but for some of the answers."""
    now, found = shop.now(), list[Event]()
    for number in range(count):
        ana = Address(f"customer{number % 10}@post.example", f"Customer {number % 10}")
        at = now - 60 * DAY - number * 1000
        subject = f"Question {number}"
        asked = shop.mail(ana, f"{subject} about a lamp", subject=subject, receipt_at=at, key=f"q{number}@post.example")
        found.append(Received(asked))
        if number % 2:
            answer = shop.mail(
                SHOP, f"answer {number}", subject=subject, to=(ana,), receipt_at=at + 500, reply_keys=(asked.key,)
            )
            found.insert(len(found) - number % 3 // 2, SentElsewhere(answer))
    return found


def _stored(store: Store) -> dict[str, Rows]:
    """What a batch leaves, ids replaced by what they stand for."""
    questions = {
        "messages": "SELECT m.external_id, m.body, m.direction, m.received_at, i.value_norm, v.subject FROM messages m"
        " JOIN conversations v ON v.id = m.conversation_id LEFT JOIN identities i ON i.id = m.identity_id",
        "conversations": "SELECT v.subject, v.snippet, v.status, v.bulk, v.unread, v.settled, v.last_at,"
        " v.last_direction, v.waiting_since, v.priority, v.seen_at, v.snoozed_until FROM conversations v",
        "participants": "SELECT v.subject, p.address FROM participants p"
        " JOIN conversations v ON v.id = p.conversation_id",
        "keys": "SELECT k.reply_key, k.own, m.external_id FROM message_keys k JOIN messages m ON m.id = k.message_id",
        "documents": "SELECT s.kind, s.tokens, v.subject FROM search_docs s"
        " LEFT JOIN conversations v ON v.id = s.conversation_id",
        "words": "SELECT w.word FROM search_words w",
        "ledger": "SELECT l.locator, m.external_id FROM fetch_ledger l JOIN messages m ON m.id = l.message_id",
        "blobs": "SELECT b.sha256, b.size FROM blobs b",
    }
    with store.read() as tx:
        return {name: sorted((tuple(row) for row in tx.query(sql, {})), key=repr) for name, sql in questions.items()}


def test_one_by_one_and_together_store_the_same(tmp_path: Path, location: Path | str, file: Shop) -> None:
    together = Shop(tmp_path / "store", location)
    letters = _letters(together, 40)
    together.take(*letters, history=True)
    alone = Shop(tmp_path / "alone")
    for letter in letters:
        alone.take(letter, history=True)
    file.take(*letters, history=True)
    assert _stored(file.store) == _stored(alone.store)
    ours, theirs = _stored(together.store), _stored(file.store)
    for name in ("messages", "conversations", "participants", "keys", "ledger", "blobs"):
        assert ours[name] == theirs[name], name
    for shop in (together, alone):
        shop.store.close()


def test_a_batch_goes_to_the_store_in_a_few_statements(file: Shop) -> None:
    """Rows go in by a few statements for each table and group of mails, words by one for each part."""
    asked: list[str] = []
    letters = _letters(file, 2 * sqlite_session.AT_ONCE)
    file.take(letters[0], history=True)  # the connection is there
    connection: sqlite3.Connection = file.store._local.write.connection
    counted = _Counted(connection, asked)
    file.store._local.write.connection = counted
    file.take(*letters[1:], history=True)
    parts = sum(sql.startswith("COMMIT") for sql in asked)
    groups = parts + len(letters) // sqlite_session.AT_ONCE
    assert groups < len(letters) / 10
    # Behind a savepoint SQLite would keep what every page was before.
    assert not [sql for sql in asked if sql.startswith("SAVEPOINT")]
    for table in ("messages", "message_keys", "conversations", "search_docs", "fetch_ledger", "participants"):
        assert sum(sql.startswith(f"INSERT INTO {table} ") for sql in asked) < len(letters) / 8 + 4 * groups, table
    # The last one lets go of what those before it were given.
    assert sum(sql.startswith("INSERT INTO search_fts") for sql in asked) <= 3 * parts
    # What was settled by its own messages is written once, and not changed right after.
    assert sum(sql.startswith("UPDATE conversations") for sql in asked) < groups


class _Counted:
    """A connection that notes what it is asked to execute; many rows of one statement count once."""

    def __init__(self, connection: sqlite3.Connection, asked: list[str]) -> None:
        self._connection, self._asked = connection, asked

    def _note(self, sql: str) -> None:
        lines = [line for line in sql.splitlines() if not line.startswith("--")]
        self._asked.append(" ".join(lines).strip())

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        self._note(sql)
        return self._connection.execute(sql, *values)

    def executemany(self, sql: str, rows: Any) -> sqlite3.Cursor:
        self._note(sql)
        return self._connection.executemany(sql, rows)

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def close(self) -> None:
        self._connection.close()


def test_a_batch_in_a_file_gives_the_lock_to_others_in_between(file: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_session, "LONG_S", 0)
    monkeypatch.setattr(sqlite_session, "AT_ONCE", 1)
    mails = [Received(file.mail(f"customer{n}@post.example", f"mail {n}")) for n in range(4)]
    asked: list[str] = []
    file.store._local.write.connection = _Counted(file.store._local.write.connection, asked)
    assert file.take(*mails, cursor="4").new == 4
    with file.store.read() as tx:
        assert tx.value("cursor", channel_id=file.channel_id, stream="INBOX") == "4"
    assert asked.count("COMMIT") == 4
    assert file.take(*mails, cursor="4").duplicate == 4


def test_a_batch_goes_in_as_a_whole_unless_somebody_waits(file: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_session, "LONG_S", 3600)
    monkeypatch.setattr(sqlite_session, "SHORT_S", 0)
    monkeypatch.setattr(sqlite_session, "AT_ONCE", 1)
    mails = [Received(file.mail(f"customer{n}@post.example", f"mail {n}")) for n in range(8)]
    asked: list[str] = []
    file.store._local.write.connection = _Counted(file.store._local.write.connection, asked)
    file.take(*mails[:4])
    assert asked.count("COMMIT") == 1
    asked.clear()
    waiting = mark(file.store.path)
    assert file.take(*mails[4:]).new == 4
    assert asked.count("COMMIT") == 4
    os.close(waiting)


def test_a_message_that_fails_takes_back_nothing_but_itself(file: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups that went in before it in the same transaction are done again with it, and counted once."""
    monkeypatch.setattr(sqlite_session, "AT_ONCE", 2)
    real = search_docs.put_cut

    def poisoned(tx: Writer, message_id: str, conversation_id: str, at: int, tokens: str, words: Beginnings) -> None:
        if "poison" in tokens:
            raise RecursionError("deep")
        real(tx, message_id, conversation_id, at, tokens, words)

    monkeypatch.setattr(search_docs, "put_cut", poisoned)
    texts = ["one", "two", "three", "poison", "five"]
    mails = [Received(file.mail(f"customer{n}@post.example", text)) for n, text in enumerate(texts)]
    asked: list[str] = []
    file.store._local.write.connection = _Counted(file.store._local.write.connection, asked)
    report = file.take(*mails, cursor="5")
    assert (report.new, report.duplicate, report.failed) == (5, 0, 1)
    assert {row.snippet for row in file.rows()} == {"one", "two", "three", "", "five"}
    assert (asked.count("ROLLBACK"), asked.count("COMMIT")) == (1, 1)
    assert file.take(*mails, cursor="5").duplicate == 5


def test_words_are_sorted_in_without_the_lock(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two parts of a batch on PostgreSQL: the list of words that wait for it is empty then."""
    monkeypatch.setattr("omni_tui.store.postgres.UNTIDY", 1)
    monkeypatch.setattr("omni_tui.store.postgres_session.LONG_S", 0)
    monkeypatch.setattr("omni_tui.store.postgres_pace._FIRST", 1)
    monkeypatch.setattr("omni_tui.store.postgres_pace.MOST", 1)
    shop = Shop(tmp_path, database)
    tidied: list[int] = []
    tidy = shop.store.tidy

    def counted() -> None:
        tidy()
        with psycopg.connect(database, autocommit=True) as other:
            row = other.execute("SELECT gin_clean_pending_list('search_docs_words')").fetchone()
            tidied.append(row[0] if row else -1)

    monkeypatch.setattr(shop.store, "tidy", counted)
    shop.take(*(Received(shop.mail(f"customer{n}@post.example", f"mail {n}")) for n in range(3)))
    assert tidied == [0, 0]
    shop.store.close()


def test_words_of_a_write_that_failed_are_listed_by_the_next(file: Shop) -> None:
    """Words that are known to be listed are not listed again; those of what was undone are not known to be."""
    mail = file.mail("eva@post.example", "zanzibar lamp")
    file.take(Received(mail))
    with pytest.raises(ZeroDivisionError), file.store.write() as tx:
        tx.know(["quetzal"])
        tx.finish()
        raise ZeroDivisionError
    with file.store.write() as tx:
        tx.know(["quetzal", "zanzibar"])
    with file.store.read() as tx:
        found = {row[0] for row in tx.query("SELECT word FROM search_words", {})}
    assert {"quetzal", "zanzibar", "lamp"} <= found


LINE = st.sampled_from(
    ["", "a", "b c", "退", "a|b"] * 9 + [" a", "a ", "a\tb", "\0", "\ud800", "a\u200b", "\u00a0", "a" * 1001]
)
PARTY = st.builds(Address, LINE, LINE)


@given(
    st.builds(
        RemoteMessage,
        external_id=st.just("1"),
        locator=st.just("1"),
        author=PARTY,
        text=LINE | st.just("x" * (KEPT + 1)),
        receipt_at=st.just(0),
        to=st.lists(PARTY, max_size=2).map(tuple),
        subject=LINE,
        key=LINE,
        reply_keys=st.lists(LINE, max_size=2).map(tuple),
        delivered_to=st.lists(LINE, max_size=1).map(tuple),
        unsubscribe=LINE,
        unreadable=LINE,
        attachments=st.lists(st.builds(RemoteAttachment, LINE, LINE, st.just(1), st.just("1"), LINE), max_size=1).map(
            tuple
        ),
        raw=st.just(b"raw"),
    )
)
def test_what_is_taken_for_storable_as_a_whole_is_so_in_every_field(message: RemoteMessage) -> None:
    found = storable_message(message)
    lines = [found.subject, found.key, found.unsubscribe, *found.delivered_to, *found.reply_keys]
    for party in (found.author, *found.to):
        lines += (party.address, party.name)
    for file in found.attachments:
        lines += (file.name, file.mime, file.content_id)
    assert [storable_line(each) for each in lines] == lines
    assert storable(found.text) == found.text and len(found.text) <= KEPT
    assert storable(found.unreadable) == found.unreadable
    assert len(found.subject) <= LONGEST_LINE and len(found.author.name) <= LONGEST_LINE
    assert len(found.reply_keys) <= 50
    assert storable_message(found) == found
    again = dataclasses.replace(found, subject=f" {found.subject}a")
    assert storable_message(again).subject == storable_line(again.subject)[:LONGEST_LINE]


@pytest.mark.parametrize("odd", [" a", "a ", "a\tb", "\0", "\ud800", "a" * (LONGEST_LINE + 1)])
@pytest.mark.parametrize("field", ["subject", "unsubscribe", "author", "to"])
def test_one_odd_field_is_enough(field: str, odd: str) -> None:
    values: dict[str, Any] = {"author": Address("a@post.example", odd), "to": (Address("b@post.example", odd),)}
    message = RemoteMessage("1", "1", Address("a@post.example", "Ann"), "text", 0, key="k", reply_keys=("j",))
    found = storable_message(dataclasses.replace(message, **{field: values.get(field, odd)}))
    shown = {"author": found.author.name, "to": found.to[0].name if found.to else ""}.get(field) or getattr(
        found, field
    )
    assert shown == storable_line(odd)[:LONGEST_LINE]
