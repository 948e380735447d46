"""What is gathered in memory answers as the store would, on both engines."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from omni_tui.desk import channels
from omni_tui.desk.conversation_state import save
from omni_tui.model.capabilities import Capabilities
from omni_tui.store import Row, Store, Writer
from omni_tui.store.statements import all_statements

QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("identity", {"kind": "email", "value_norm": "ann@post.example"}),
    ("conversation", {"id": "v1"}),
    ("newest_message", {"id": "v1"}),
    ("is_participant", {"conversation_id": "v1", "address": "ann@post.example"}),
    ("is_participant", {"conversation_id": "v1", "address": "eve@post.example"}),
    ("participants", {"id": "v1"}),
]


def _questions(channel: str) -> list[tuple[str, dict[str, Any]]]:
    keyed = [
        (name, {"channel_id": channel, "reply_key": key})
        for name in ("keyed_conversations", "message_by_key")
        for key in ("k1", "k2", "k0", "k9")
    ]
    known = [("message_by_external_id", {"channel_id": channel, "external_id": each}) for each in ("e1", "e2", "e3")]
    return [*QUESTIONS, *keyed, *known]


def _write(tx: Writer, channel: str) -> None:
    """A new customer's conversation of two messages, the later one first."""
    tx.run("insert_customer", id="c1", name="Ann", now=7)
    tx.run(
        "insert_identity",
        id="i1",
        customer_id="c1",
        kind="email",
        value_norm="ann@post.example",
        value="ann@post.example",
        at=5,
        now=7,
    )
    tx.run(
        "insert_conversation",
        id="v1",
        ref=1,
        customer_id="c1",
        channel_id=channel,
        subject="A lamp",
        status="open",
        bulk=0,
        settled=1,
        last_at=5,
        last_direction="inbound",
        related_id=None,
        now=7,
    )
    for id, at, direction in (("m2", 9, "outbound"), ("m1", 5, "inbound")):
        tx.run(
            "insert_message",
            id=id,
            conversation_id="v1",
            direction=direction,
            channel_id=channel,
            external_id=f"e{id[1]}",
            identity_id="i1",
            agent_id=None,
            from_address="ann@post.example",
            from_name="Ann",
            parties="{}",
            reply_keys="[]",
            subject="",
            body=f"text of {id}",
            notice="",
            automatic=0,
            answered=0,
            facts="",
            source_sha=None,
            received_at=at,
            sent_at=None,
            now=7,
        )
        keys = {"m2": (("k1", 0), ("k2", 1)), "m1": (("k0", 0), ("k1", 1))}[id]
        tx.run_many(
            "insert_message_key",
            [
                {"channel_id": channel, "reply_key": key, "message_id": id, "conversation_id": "v1", "own": own}
                for key, own in keys
            ],
        )
    tx.run("add_participant", conversation_id="v1", address="ann@post.example")
    row = tx.one("conversation", id="v1")
    assert row is not None
    save(tx, {**{name: row[name] for name in row.keys()}, "unread": 1, "last_at": 9})  # noqa: SIM118


def _plain(rows: list[Row], names: list[str]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_answers_read_ahead_follow_what_is_gathered(store: Store) -> None:
    channel = channels.register(store, "shop", "mail", "support@shop.example", Capabilities())
    asked = _questions(channel)
    with store.write() as tx:
        with tx.gathering():
            tx.ahead(asked)
            _write(tx, channel)
            remembered = [tx.all(name, **values) for name, values in asked]
        stored = [tx.all(name, **values) for name, values in asked]
    # A mention and the name itself are one conversation: the name comes first, as often as it is there.
    for (name, values), known, there in zip(asked, remembered, stored, strict=True):
        if name == "keyed_conversations":
            assert known[:1] == [] or _plain(known[:1], ["conversation_id", "own"]) == _plain(
                there[:1], ["conversation_id", "own"]
            ), values
            assert bool(known) == bool(there)
            continue
        columns = [] if not known or name == "is_participant" else known[0].keys()
        assert len(known) == len(there), (name, values)
        assert _plain(known, columns) == _plain(there, columns), (name, values)
        if name == "conversation":
            assert {*known[0].keys(), "waiting_since"} == set(there[0].keys())


def test_another_question_is_asked_behind_what_was_gathered(store: Store) -> None:
    channel = channels.register(store, "shop", "mail", "support@shop.example", Capabilities())
    with store.write() as tx, tx.gathering():
        _write(tx, channel)
        assert tx.value("message_body", id="m1") == "text of m1"
        assert tx.query("SELECT count(*) FROM messages", {})[0][0] == 2


def test_another_write_makes_every_answer_old(store: Store) -> None:
    channel = channels.register(store, "shop", "mail", "support@shop.example", Capabilities())
    with store.write() as tx, tx.gathering():
        _write(tx, channel)
        tx.run("set_seen", id="v1", now=11)
        row = tx.one("conversation", id="v1")
        assert row is not None
        assert (row["unread"], row["seen_at"]) == (0, 11)


def test_what_was_gathered_in_a_failed_part_is_gone(store: Store) -> None:
    channel = channels.register(store, "shop", "mail", "support@shop.example", Capabilities())
    with store.write() as tx:
        with pytest.raises(ZeroDivisionError), tx.savepoint(), tx.gathering():
            _write(tx, channel)
            raise ZeroDivisionError
        assert tx.one("conversation", id="v1") is None


class _Name(str):
    """A name that tells when nobody has it any more."""


def test_what_was_gathered_is_let_go_with_the_transaction(store: Store) -> None:
    """And not when somebody looks for garbage: that would look through what a thousand messages have left."""
    name = _Name("Ann")
    held = weakref.ref(name)
    gc.disable()
    try:
        with store.write() as tx, tx.gathering():
            tx.run("insert_customer", id="c1", name=name, now=7)
            tx.ahead([("conversation", {"id": "v1"})])
        del tx, name
        assert held() is None
    finally:
        gc.enable()


def _begin(tx: Writer, channel: str, number: int, last_at: int) -> str:
    id = f"w{number:02}"
    tx.run("insert_customer", id=f"c{id}", name="", now=7)
    tx.run(
        "insert_conversation",
        id=id,
        ref=100 + number,
        customer_id=f"c{id}",
        channel_id=channel,
        subject="",
        status="open",
        bulk=0,
        settled=1,
        last_at=last_at,
        last_direction="inbound",
        related_id=None,
        now=7,
    )
    return id


def _name(tx: Writer, channel: str, id: str, number: int, key: str, own: int = 0) -> None:
    """A message of a conversation that has a name, or mentions it."""
    message = f"m{number:03}"
    tx.run(
        "insert_message",
        id=message,
        conversation_id=id,
        direction="inbound",
        channel_id=channel,
        external_id=message,
        identity_id=None,
        agent_id=None,
        from_address="",
        from_name="",
        parties="{}",
        reply_keys="[]",
        subject="",
        body="",
        notice="",
        automatic=0,
        answered=0,
        facts="",
        source_sha=None,
        received_at=1,
        sent_at=None,
        now=7,
    )
    named = {"channel_id": channel, "reply_key": key, "message_id": message, "conversation_id": id, "own": own}
    tx.run("insert_message_key", **named)


@pytest.mark.parametrize("stored", [0, 2, 10, 40])
def test_a_name_of_several_conversations_leads_to_them_in_the_stores_order(store: Store, stored: int) -> None:
    """So many messages mention it beforehand; behind more than a few the answer is the last ones'."""
    channel = channels.register(store, "shop", "mail", "support@shop.example", Capabilities())
    values = {"channel_id": channel, "reply_key": "k"}
    columns = ["conversation_id", "own", "messages"]
    with store.write() as tx:
        for number in range(stored):
            id = _begin(tx, channel, number, 1000 + number) if number < 12 else "w00"
            _name(tx, channel, id, number, "k")
    with store.write() as tx, tx.gathering():
        begun = [("conversation", {"id": f"w{number:02}"}) for number in range(12)]
        tx.ahead([("keyed_conversations", values), *begun])
        for number in range(50, 62):
            if number % 2 == 0:
                id = _begin(tx, channel, number, 2000 - 100 * (number % 3))
            _name(tx, channel, id, number, "k", own=int(number == 57))
            if number % 4 == 1:
                row = tx.one("conversation", id=id)
                assert row is not None
                save(tx, {**{name: row[name] for name in row.keys()}, "last_at": 3000 + number})  # noqa: SIM118
            known = _plain(tx.all("keyed_conversations", **values), columns)
            there = tx.query(all_statements(store.dialect)["keyed_conversations"], values)
            assert known == _plain(there, columns), number
        assert len(known) == min(7 + min(stored, 12), 8)
