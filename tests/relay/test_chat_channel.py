"""From the shop's page to the inbox and back: relay, engine and visitor, each a process or client of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.chat import ORIGIN, PNG, Visitor, user_hash
from support.engines import wait_until
from support.relay import Relay

from omni_tui.connectors.chat import reading
from omni_tui.desk import agents, inbox, replies
from omni_tui.desk import thread as threads
from omni_tui.desk.facts import summary_sentences, warning_sentences
from omni_tui.desk.query import parse
from omni_tui.model.address import Address
from omni_tui.model.commands import SentFile
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import OutboxState
from omni_tui.model.events import Received
from omni_tui.store import Store


def rows(store: Store, count: int) -> tuple[ConversationRow, ...]:
    agent = agents.who(store, "ana")
    page = wait_until(lambda: (page := inbox.page(store, agent, parse("is:any", 0))) and len(page) >= count and page)
    assert len(page) == count
    return tuple(page)


def test_a_chat_is_a_conversation_like_any_other(store: Store, relay: Relay) -> None:
    visitor = Visitor(relay, ORIGIN, name="陈思远", email="lena@posteo.example")
    visitor.say("帐篷杆断了", page=f"{ORIGIN}/tents", title="Tents #1 [#1001]", language="zh-CN")
    (row,) = rows(store, 1)
    assert (row.customer, row.kind, row.subject) == ("陈思远", "chat", "Chat: Tents 1 [1001]")
    visitor.say("在吗?", page=f"{ORIGIN}/tents")
    agent = agents.who(store, "ana")
    thread = wait_until(
        lambda: (found := threads.open_thread(store, agent, row.id)) and len(found.messages) == 2 and found
    )
    first, second = thread.messages
    assert (first.text, second.text) == ("帐篷杆断了", "在吗?")
    assert summary_sentences(first.facts, None) == [f"on the page {ORIGIN}/tents · language zh-CN"]  # type: ignore[arg-type]
    assert warning_sentences(first.facts) == ["says they are lena@posteo.example, which nothing proves"]
    assert warning_sentences(second.facts) == []
    queued = replies.reply(store, agent, row.id, "您好,我们寄一根新的。", files=[SentFile("杆.png", "image/png", PNG)])
    entry = wait_until(lambda: [one for one in visitor.poll()["entries"] if one["side"] == "agent"])[0]
    assert (entry["text"], entry["agent"]) == ("您好,我们寄一根新的。", agent.name)
    assert visitor.http.get(f"files/{entry['files'][0]['id']}").content == PNG
    wait_until(lambda: replies.outbox_state(store, queued.outbox_id).state is OutboxState.SENT)
    visitor.http.post("seen", json={"got": entry["seq"], "read": 0})
    assert wait_until(lambda: _message(store, row.id, queued.message_id).delivered_at)
    assert _message(store, row.id, queued.message_id).read_at is None
    visitor.http.post("seen", json={"got": entry["seq"], "read": entry["seq"]})
    assert wait_until(lambda: _message(store, row.id, queued.message_id).read_at)


def _message(store: Store, conversation: str, message: str) -> Any:
    found = threads.open_thread(store, agents.who(store, "ana"), conversation).messages
    return next(one for one in found if one.id == message)


def test_a_claim_joins_nothing_and_a_signature_does(store: Store, relay: Relay) -> None:
    one = Visitor(relay, ORIGIN, email="lena@posteo.example", name="Lena")
    one.say("mine")
    rows(store, 1)
    Visitor(relay, ORIGIN, email="lena@posteo.example", name="Lena").say("somebody else's")
    assert len({row.customer_id for row in rows(store, 2)}) == 2
    for text in ("signed", "signed on the phone"):
        Visitor(relay, ORIGIN, user="u-1", hash=user_hash("u-1")).say(text)
    agent = agents.who(store, "ana")

    def texts() -> list[list[str]]:
        threads_ = [threads.open_thread(store, agent, row.id) for row in rows(store, 3)]
        return [[message.text for message in thread.messages] for thread in threads_]

    wait_until(lambda: ["signed", "signed on the phone"] in texts())


@pytest.mark.parametrize("who", [{}, {"user": "u-1", "hash": user_hash("u-1")}], ids=["visitor", "signed"])
def test_several_answers_in_a_row(store: Store, relay: Relay, who: dict[str, str]) -> None:
    visitor = Visitor(relay, ORIGIN, **who)
    visitor.say("hello")
    (row,) = rows(store, 1)
    for text in ("one", "two", "three"):
        replies.reply(store, agents.who(store, "ana"), row.id, text)
    wait_until(lambda: visitor.texts() == ["hello", "one", "two", "three"])


def test_a_file_can_be_read_where_every_file_is(store: Store, relay: Relay) -> None:
    visitor = Visitor(relay, ORIGIN)
    sent = visitor.http.post("files?name=杆 1.png", content=PNG, headers={"Content-Type": "image/png"}).json()
    visitor.say("look", files=[sent["id"]])
    (row,) = rows(store, 1)
    (message,) = threads.open_thread(store, agents.who(store, "ana"), row.id).messages
    (file,) = message.attachments
    assert (message.text, file.name, file.mime, file.size) == ("look", "杆 1.png", "image/png", len(PNG))
    assert threads.attachment(store, file.id) == ("杆 1.png", "image/png", PNG)


def test_an_answer_to_a_forgotten_chat_fails_and_says_so(store: Store, relay: Relay) -> None:
    visitor = Visitor(relay, ORIGIN)
    visitor.say("hello")
    (row,) = rows(store, 1)
    import sqlite3

    with sqlite3.connect(relay.folder / "chat.db") as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM sessions")
    db.close()
    queued = replies.reply(store, agents.who(store, "ana"), row.id, "too late")
    failed = wait_until(
        lambda: (out := replies.outbox_state(store, queued.outbox_id)).state is OutboxState.FAILED and out.error
    )
    assert "nobody would see" in failed


# Reading ---------------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "a"]), inner, max_size=2),
    max_leaves=9,
)
NAMES = ["id", "visitor", "user", "name", "text", "email", "page", "title", "language", "files", "delivered", "read"]


@given(
    st.dictionaries(st.sampled_from(NAMES), JSON),
    st.sampled_from(["message", "receipt", "", None]),
    st.binary(max_size=40),
)
def test_whatever_a_relay_tells_is_read(told: dict[str, object], kind: str | None, body: bytes) -> None:
    found = {**told, "type": kind}
    reading.read(body)
    files = [reading.ChatFile(str(one.get("id")), "a/b", b"x") for one in reading.files_of(found)]
    for event in reading.events("web", {"received_at": 5}, json.dumps(found).encode(), found, files):
        if isinstance(event, Received):
            assert event.message.author.address.startswith("web:")
            assert event.message.vouched == bool(found.get("user") and isinstance(found["user"], str))


@pytest.mark.parametrize(
    ("keys", "to", "whose"),
    [
        (("web:v1",), "web:v1", {"visitor": "v1"}),
        (("web:v1", "web:v1:abc"), "web:user:u-9", {"visitor": "v1"}),
        (("mail-id@shop",), "web:v2", {"visitor": "v2"}),
        ((), "web:user:u:9", {"user": "u:9"}),
        ((), "web:else:u-9", {}),
        (("mail-id@shop",), "lena@posteo.example", {}),
        (("webshop:v1",), "", {}),
    ],
)
def test_whose_chat_an_answer_belongs_to(keys: tuple[str, ...], to: str, whose: dict[str, str]) -> None:
    assert reading.whose("web", keys, [Address(to)] if to else []) == whose
