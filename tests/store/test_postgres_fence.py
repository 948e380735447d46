"""A write is stored once, or not at all, and whoever made it is told which: whatever becomes of the answer."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator

import psycopg
import pytest
from support.postgres import Databases
from support.proxy import Proxy

from omni_tui.model.errors import StoreUnsure
from omni_tui.store import Store, Writer, open_store

HANG_S = 30


class Late(Proxy):
    """What a client says with ``hold`` in it reaches the server only when ``go`` is set; the client is cut at once."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.hold = b""
        self.go = threading.Event()
        self.done = threading.Event()

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection(self._target)
        pair = {client: server, server: client}
        self._open |= pair.keys()
        with client, server, contextlib.suppress(OSError):
            while not self._ended.is_set():
                ready, _, _ = select.select(list(pair), [], [], 0.05)
                for each in ready:
                    data = each.recv(1 << 16)
                    if not data:
                        return
                    if each is client and self.hold and self.hold in data:
                        self.hold = b""
                        client.shutdown(socket.SHUT_RDWR)
                        self.go.wait(HANG_S)
                        server.sendall(data)
                        server.settimeout(HANG_S)
                        server.recv(1 << 16)
                        self.done.set()
                        return
                    pair[each].sendall(data)


def tags(store: Store) -> list[str]:
    with store.read() as tx:
        return [row["name"] for row in tx.query("SELECT name FROM tags ORDER BY name", {})]


def test_what_arrives_late_is_not_stored_beside_its_second_try(database: str, databases: Databases) -> None:
    tries: list[int] = []

    def act(tx: Writer) -> None:
        tries.append(1)
        if len(tries) == 2:
            proxy.go.set()
            assert proxy.done.wait(HANG_S)
        tx.query("SELECT count(*) FROM tags", {})
        tx.run("insert_tag", id=f"t{len(tries)}", name=f"t{len(tries)}")

    with Late(databases.port) as proxy:
        store = open_store(database.replace(f":{databases.port}/", f":{proxy.port}/"))
        with contextlib.closing(store):
            store.act_durably(lambda tx: tx.run("insert_tag", id="warm", name="warm"))
            proxy.hold = b"COMMIT"
            store.act_durably(act)
            # The next ones are stored as ever.
            store.act(lambda tx: tx.run("insert_tag", id="y", name="y"))
            store.act_durably(lambda tx: tx.run("insert_tag", id="z", name="z"))
            assert tags(store) == ["t2", "warm", "y", "z"]


FAILS = """
CREATE SEQUENCE times;
CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF nextval('times') <= 2 THEN RAISE EXCEPTION 'no room' USING ERRCODE = '{code}'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fails BEFORE UPDATE ON write_marks FOR EACH ROW WHEN (OLD.mark = NEW.mark) EXECUTE FUNCTION fails();
"""
"""What is behind the commit, and sees to it that it is on the disk, fails twice."""


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    made = open_store(database)
    yield made
    made.close()


@pytest.mark.parametrize("code", ["53100", "XX001", "P0001"])
def test_what_fails_behind_the_commit_is_not_done_again(store: Store, database: str, code: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(FAILS.format(code=code).encode())
        numbers: list[int] = []

        def act(tx: Writer) -> None:
            numbers.append(1)
            tx.run("insert_tag", id=f"t{len(numbers)}", name=f"t{len(numbers)}")

        # What is stored, but not known to be on the disk, is neither done again nor told as not done.
        with pytest.raises(StoreUnsure, match="This is stored"):
            store.act_durably(act)
        connection.execute(b"ALTER SEQUENCE times RESTART")
        with pytest.raises(StoreUnsure, match="This is stored"), store.write_durable() as tx:
            act(tx)
        # The second time it is there.
        connection.execute(b"SELECT setval('times', 1)")
        store.act_durably(act)
    assert tags(store) == ["t1", "t2", "t3"]
